// The files in deploy/ start the product with options that it has, and a supervisor reads them without complaint.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../../../cli/program.ts";
import { PROJECT } from "../../../cli/project.ts";
import { readListener } from "../../../cli/standalone/listeners.ts";

const textOf = (file: string): string => readFileSync(path.join(PROJECT, "deploy", file), "utf8");
const serve = createProgram().commands.find((command) => command.name() === "serve");
const known = new Set(serve?.options.map(({ long }) => long));

const unit = textOf("headgate.service").replaceAll("\\\n", " ");
const dockerfile = textOf("Dockerfile");

describe("deploy/", () => {
  it.each([
    ["headgate.service", /^ExecStart=.* serve (.*)$/m.exec(unit)?.[1] ?? ""],
    [
      "Dockerfile",
      [...dockerfile.matchAll(/^(?:ENTRYPOINT|CMD) \[(.*)\]$/gm)].map(([, words]) => words).join(" "),
    ],
  ])("%s uses options of serve that exist", (_file, words) => {
    const used = words.match(/--[\w-]+/g) ?? [];
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((option) => !known.has(option))).toEqual([]);
  });

  it("has listeners that serve understands in the unit", () => {
    const listeners = [...unit.matchAll(/--listen (\S+)/g)].map(([, url = ""], index) =>
      readListener(url, index),
    );
    expect(listeners.map((read) => read.ok && read.value.kind)).toEqual(["https", "redirect"]);
  });

  it("copies into the image what the command line imports", () => {
    const copied = [...dockerfile.matchAll(/^COPY ([\w-]+) \1$/gm)].map(([, folder]) => folder);
    expect(copied).toEqual(["cli", "worker", "shared", "origin-mock"]);
    const allowed = textOf("Dockerfile.dockerignore").split("\n");
    for (const folder of copied) expect(allowed).toContain(`!${folder}`);
  });

  it("keeps the health check of the image, the compose file and the unit on one address", () => {
    const compose = parse(textOf("compose.yaml")) as { services: { caddy: { depends_on: unknown } } };
    expect(compose.services.caddy.depends_on).toEqual({ headgate: { condition: "service_healthy" } });
    expect(dockerfile.match(/127\.0\.0\.1:8788/g)).toHaveLength(2);
    expect(unit).toContain("--health 127.0.0.1:8788");
  });

  it.skipIf(!hasSystemdAnalyze())("has a unit that systemd accepts (skipped without systemd-analyze)", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "headgate-unit-"));
    const file = path.join(folder, "headgate.service");
    writeFileSync(file, textOf("headgate.service").replaceAll("/usr/bin/node", process.execPath));
    const said = execFileSync("systemd-analyze", ["verify", file], { encoding: "utf8", stdio: "pipe" });
    rmSync(folder, { recursive: true });
    expect(said).toBe("");
  });
});

function hasSystemdAnalyze(): boolean {
  try {
    execFileSync("systemd-analyze", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
