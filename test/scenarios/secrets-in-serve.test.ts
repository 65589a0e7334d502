// Secrets of sites under `headgate serve`: from the environment and from a file, which a reload reads again.
import { readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { descendantsOf } from "../support/descendants.ts";
import { useOrigin } from "../support/origin.ts";
import { type Served, until, useServiceFolder } from "../support/service.ts";

const service = useServiceFolder();
const origin = useOrigin((_request, response) => void response.end("page"));

const site = () => `hosts: ["*"]
pools: { web: { origins: [{ id: a, url: "${origin.url}" }] } }
routes:
  - { id: env, match: { path: /env }, headers: { request: { set: { x-key: "\${secret:OF_ENV}" } } }, cache: off, to: web }
  - { id: file, match: { path: /file }, headers: { request: { set: { x-key: "\${secret:OF_FILE}" } } }, cache: off, to: web }
`;

async function keyAt({ url }: Served, at: string): Promise<string | number> {
  origin.seen = [];
  const { statusCode, body } = await request(`${url}${at}`, { reset: true });
  await body.dump();
  return statusCode === 200 ? String(origin.last.headers["x-key"]) : statusCode;
}

describe("headgate serve", () => {
  const file = () => path.join(service.temporary, "secrets.env");
  const save = async (text: string, mode = 0o600) => {
    await writeFile(file(), text);
    await chmod(file(), mode);
  };

  it("takes secrets from its environment and from a file, and reads the file again at a reload", async () => {
    await service.write("a.yaml", site());
    await save("HEADGATE_SECRET_OF_FILE=first-value-of-file\n");
    const env = { HEADGATE_SECRET_OF_ENV: "value-of-env" };
    const served = await service.serveWith(env, "--secrets", file());
    expect(await keyAt(served, "/env")).toBe("value-of-env");
    expect(await keyAt(served, "/file")).toBe("first-value-of-file");
    for (const pid of descendantsOf(served.command.pid))
      expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("value-of");
    for (const found of readdirSync(service.temporary, { recursive: true, withFileTypes: true })) {
      const place = path.join(found.parentPath, found.name);
      if (found.isFile() && place !== file()) expect(readFileSync(place, "latin1")).not.toContain("value-of");
    }

    await save("HEADGATE_SECRET_OF_FILE=second-value-of-file\n");
    served.command.signal("SIGHUP");
    await served.command.line(/^reloaded: /);
    await until(
      "the new processes serve",
      async () => (await keyAt(served, "/file")) === "second-value-of-file",
    );

    await save("HEADGATE_SECRET_OF_FILE=third", 0o666);
    served.command.signal("SIGHUP");
    expect(await served.command.line(/^not reloaded/)).toContain("can be written by other users");
    expect(await keyAt(served, "/file")).toBe("second-value-of-file");
  });

  it("answers 500 on the route of a secret that it does not have, and says which at the start", async () => {
    await service.write("a.yaml", site());
    const served = await service.serveWith({ HEADGATE_SECRET_OF_ENV: "value-of-env" });
    expect(await keyAt(served, "/file")).toBe(500);
    expect(await keyAt(served, "/env")).toBe("value-of-env");
    expect(served.command.err.join("\n")).toContain("names `${secret:OF_FILE}`, which is not set");
    expect(served.command.err.join("\n")).not.toContain("OF_ENV");
  });

  it("sends them with probes, whose plan on disk has the reference", async () => {
    await service.write(
      "a.yaml",
      site().replace(
        " }] }",
        ` }], health: { path: /healthz, every: 1s, headers: { x-probe: "k \${secret:OF_ENV}" } } }`,
      ),
    );
    const served = await service.serveWith(
      { HEADGATE_SECRET_OF_ENV: "value-of-env" },
      "--state",
      service.state,
    );
    await keyAt(served, "/env");
    await until("a probe has come", () => origin.seen.some(({ url }) => url === "/healthz"));
    expect(origin.seen.find(({ url }) => url === "/healthz")?.headers["x-probe"]).toBe("k value-of-env");
    for (const found of readdirSync(service.state, { recursive: true, withFileTypes: true }))
      if (found.isFile())
        expect(readFileSync(path.join(found.parentPath, found.name), "latin1")).not.toContain("value-of-env");
  });

  it("does not start with a file of secrets that it cannot trust", async () => {
    await service.write("a.yaml", site());
    await save("HEADGATE_SECRET_OF_FILE=1", 0o606);
    const command = service.begin(["--port", "0", "--secrets", file()]);
    expect(await command.line(/can be written by other users/)).toBeTruthy();
  });
});
