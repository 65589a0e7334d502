import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { pool } from "../../../shared/site/pool-schema.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { failedLately, NO_FAILURES, type OriginEvent, observe } from "../../../worker/balancing/health.ts";
import { compilePool } from "../../../worker/balancing/pool.ts";

const seenBy = (...outcomes: OriginEvent["outcome"][]) =>
  outcomes.reduce((health, outcome, at) => observe(health, { origin: "a", outcome, at }), NO_FAILURES);

describe("what an isolate believes of an origin", () => {
  it("is good until the contrary is seen", () => {
    expect(failedLately(NO_FAILURES, "a", 0)).toBe(false);
  });

  it("turns bad with one failure to answer, for a while", () => {
    expect(failedLately(seenBy("failed"), "a", 0)).toBe(true);
    expect(failedLately(seenBy("failed"), "a", 9_999)).toBe(true); // 10 s: docs/balancing.md
    expect(failedLately(seenBy("failed"), "a", 10_000)).toBe(false);
    expect(failedLately(seenBy("failed"), "b", 0)).toBe(false);
  });

  it("turns good with one answer", () => {
    expect(failedLately(seenBy("failed", "answered"), "a", 1)).toBe(false);
    expect(seenBy("failed", "answered").size).toBe(0);
  });

  it("turns bad with three bad answers in a row, not with two", () => {
    expect(failedLately(seenBy("answered-badly", "answered-badly"), "a", 1)).toBe(false);
    expect(failedLately(seenBy("answered-badly", "answered-badly", "answered-badly"), "a", 2)).toBe(true);
  });

  it("is not moved by a page that is always bad while others are good", () => {
    const mixed = seenBy("answered-badly", "answered-badly", "answered", "answered-badly", "answered-badly");
    expect(failedLately(mixed, "a", 4)).toBe(false);
  });

  it("turns bad again at once where the first answer after a failure is bad", () => {
    const health = observe(seenBy("failed"), { origin: "a", outcome: "answered-badly", at: 60_000 });
    expect(failedLately(health, "a", 60_000)).toBe(true);
  });

  it("is not written down anew for an origin that is well", () => {
    const health = seenBy("failed");
    expect(observe(health, { origin: "b", outcome: "answered", at: 1 })).toBe(health);
  });
});

const ORIGINS = [
  { id: "a", url: "https://a.test" },
  { id: "b", url: "https://b.test" },
];
const aFile = (rest: Omit<z.input<typeof pool>, "origins">) => pool.parse({ origins: ORIGINS, ...rest });
const TWO = aFile({});

describe("the isolate's memory", () => {
  it("keeps the pools of each site apart, and pools whose origins or rules differ", () => {
    const moved = pool.parse({ origins: [{ id: "a", url: "https://a2.test" }] });
    const strict = aFile({ retry: { on: ["connect"] } });
    const pools = [
      compilePool("shop.test", "web", TWO),
      compilePool("blog.test", "web", TWO),
      compilePool("shop.test", "web", moved),
      compilePool("shop.test", "web", strict),
    ];
    expect(new Set(pools.map(({ standingKey }) => standingKey)).size).toBe(4);
  });

  it("is shared by pools of a site that differ only in their time-outs", () => {
    const patient = aFile({ timeout: { firstByte: "1m" }, balance: "first" });
    const memory = isolateHealth();
    memory.report(compilePool("shop.test", "web", TWO), { origin: "a", outcome: "failed", at: 5 });
    expect(failedLately(memory.of(compilePool("shop.test", "reports", patient)), "a", 6)).toBe(true);
  });

  it("holds what was reported, pool by pool", () => {
    const memory = isolateHealth();
    const [web, other] = [compilePool("s", "web", TWO), compilePool("t", "web", TWO)];
    memory.report(web, { origin: "a", outcome: "failed", at: 5 });
    expect(failedLately(memory.of(web), "a", 6)).toBe(true);
    expect(failedLately(memory.of(other), "a", 6)).toBe(false);
    memory.report(web, { origin: "a", outcome: "answered", at: 7 });
    expect(memory.of(web).size).toBe(0);
  });

  it("stays bounded however many pools fail", () => {
    const memory = isolateHealth();
    const pools = Array.from({ length: 5_000 }, (_, site) => compilePool(`s${site}`, "web", TWO));
    for (const each of pools) memory.report(each, { origin: "a", outcome: "failed", at: 0 });
    const remembered = pools.map((each) => memory.of(each).size);
    expect(remembered.filter((size) => size > 0)).toHaveLength(1_000);
    expect(remembered.at(-1)).toBe(1);
  });
});
