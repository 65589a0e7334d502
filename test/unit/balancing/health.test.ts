import { describe, expect, it } from "vitest";
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

describe("the isolate's memory", () => {
  it("keeps the pools of each site apart, also where they have the same name", () => {
    const config = pool.parse({ origins: [{ id: "a", url: "https://a.test" }] });
    const keys = [
      compilePool("shop.test", "web", config),
      compilePool("shop.test", "api", config),
      compilePool("blog.test", "web", config),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
  });

  it("holds what was reported, pool by pool", () => {
    const memory = isolateHealth();
    memory.report("s/web", { origin: "a", outcome: "failed", at: 5 });
    expect(failedLately(memory.of("s/web"), "a", 6)).toBe(true);
    expect(failedLately(memory.of("s/api"), "a", 6)).toBe(false);
    memory.report("s/web", { origin: "a", outcome: "answered", at: 7 });
    expect(memory.of("s/web").size).toBe(0);
  });

  it("stays bounded however many pools fail", () => {
    const memory = isolateHealth();
    for (let pool = 0; pool < 5_000; pool++) {
      memory.report(`s${pool}/web`, { origin: "a", outcome: "failed", at: 0 });
    }
    const remembered = Array.from({ length: 5_000 }, (_, pool) => memory.of(`s${pool}/web`).size);
    expect(remembered.filter((size) => size > 0)).toHaveLength(1_000);
    expect(remembered.at(-1)).toBe(1);
  });
});
