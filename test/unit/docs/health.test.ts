// docs/health.md against the code: each word for a failed probe that the page names is one that the adapter can give, and each of those
// is on the page.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { probeOrigin } from "../../../worker/adapters/probe-origin.ts";
import type { Origins } from "../../../worker/ports.ts";
import { aProbe } from "../keeping/a-probe.ts";

const page = readFileSync(path.join(import.meta.dirname, "../../../docs/health.md"), "utf8");

type Came = Awaited<ReturnType<Origins["fetch"]>>;
const answer = (status: number, body = "fine"): Came =>
  ok({ status, statusText: "", headers: new Headers(), body: new Response(body).body, webSocket: null });

const CASES: [word: string, came: () => Promise<Came>][] = [
  ["connect", async () => err({ kind: "connect", message: "refused" })],
  ["timeout", () => new Promise(() => {})],
  ["503", async () => answer(503)],
  ["body", async () => answer(200)],
];

describe("docs/health.md", () => {
  it.each(CASES)("names %s, for which a probe fails", async (word, came) => {
    const probe = aProbe({ body: "*ok*", timeoutMs: 20 });
    const result = await probeOrigin(probe, { fetch: came }, () => 0);
    expect(result).toEqual({ at: 0, ms: 0, because: word });
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && line.includes(`\`${word}\``));
    expect(rows.length).toBeGreaterThan(0);
  });

  it("names no other", () => {
    const table = page.slice(page.indexOf("| a probe fails for"), page.indexOf("## What follows"));
    const words = [...table.matchAll(/^\| [^|]*`(\w+)`/gm)].map(([, word]) => word);
    expect(words).toEqual(CASES.map(([word]) => word));
  });
});
