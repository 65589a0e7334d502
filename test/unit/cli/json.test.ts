// `--json` of the commands that have no other test of it. Before: `hash` and `sign` had none, and `smoke` printed no object if the
// site file had a problem.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../cli/program.ts";
import { signedData } from "../../../cli/signing/signing-wish.ts";
import { useFolder } from "./run-headgate.ts";

const folder = useFolder({ "slip.yaml": "hosts: [slip.example.com\n" });

describe("--json", () => {
  it("is an option of every command but the demo, which is for people", () => {
    const without = createProgram().commands.filter(
      ({ options }) => !options.some(({ long }) => long === "--json"),
    );
    expect(without.map((command) => command.name())).toEqual(["demo"]);
  });

  it("prints a new key with its hash", async () => {
    const { code, out } = await folder.headgate("hash", "--key", "--json");
    const { key, sha256 } = JSON.parse(out) as { key: string; sha256: string };
    expect(code).toBe(0);
    expect(sha256).toBe(createHash("sha256").update(key).digest("hex"));
  });

  it("names what was signed", () => {
    const header = [] as const;
    expect(signedData(["https://a.test/?s=1"], { header, for: "1h" })).toEqual({
      link: "https://a.test/?s=1",
    });
    expect(signedData(["hg-signed=x"], { header, for: "1h", cookie: true })).toEqual({
      cookie: "hg-signed=x",
    });
    expect(signedData(["0f"], { header, key: true, site: "a.test" })).toEqual({ key: "0f" });
    expect(signedData(["Signature-Input: purge=(); a: b", "Signature: purge=:x:"], { header })).toEqual({
      fields: [
        ["Signature-Input", "purge=(); a: b"],
        ["Signature", "purge=:x:"],
      ],
    });
  });

  it("prints the problems of the site file of a smoke test, and nothing else", async () => {
    const ran = await folder.headgate("smoke", "http://127.0.0.1:1", "slip.yaml", "--json");
    expect(ran.code).toBe(1);
    expect(ran.err).toBe("");
    expect(JSON.parse(ran.out)).toMatchObject({
      ok: false,
      checks: [],
      problems: [{ file: "slip.yaml", line: 1 }],
    });
  });
});
