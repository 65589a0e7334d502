// A probe for a test.
import type { Probe } from "../../../worker/keeping/probe.ts";

export const aProbe = (parts: Partial<Probe> = {}): Probe => ({
  name: "web/fra",
  url: "https://fra.test/healthz",
  method: "GET",
  headers: [],
  everyMs: 10_000,
  everyWhenGoodMs: 10_000,
  timeoutMs: 3_000,
  rise: 2,
  fall: 3,
  statuses: ["200"],
  ...parts,
});
