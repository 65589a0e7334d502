import { readFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { expect, it } from "vitest";
import { PROJECT } from "../../../cli/project.ts";

// `serve` needs net.BoundSocket. An older Node 24 was let through, and then said that it is not a constructor.
it("the oldest Node that is let through is the one that the package asks for", () => {
  const bin = readFileSync(path.join(PROJECT, "cli/bin.js"), "utf8");
  const [, major, minor] = /^const OLDEST_NODE = \[(\d+), (\d+)\];$/m.exec(bin) ?? [];
  const { engines } = JSON.parse(readFileSync(path.join(PROJECT, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(`>=${major}.${minor}`);
  expect("BoundSocket" in net).toBe(true);
});
