import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { pool } from "../../../shared/site/pool-schema.ts";
import { isolateHealth } from "../../../worker/adapters/isolate-health.ts";
import { compilePool } from "../../../worker/balancing/pool.ts";
import { ALL_GOOD, type OriginEvent } from "../../../worker/balancing/pool-standing.ts";

const ORIGINS = [
  { id: "a", url: "https://a.test" },
  { id: "b", url: "https://b.test" },
];
const aFile = (rest: Partial<z.input<typeof pool>>) => pool.parse({ origins: ORIGINS, ...rest });
const TWO = aFile({});

const ended = (outcome: "failed" | "answered", at: number): OriginEvent => {
  const because = outcome === "failed" ? "connect" : "200";
  return { kind: "ended", origin: "a", outcome, because, sentAt: at, at, random: 0 };
};

describe("the isolate's memory", () => {
  it("keeps the pools of each site apart, and pools whose origins or rules differ", () => {
    const pools = [
      compilePool("shop.test", "web", TWO),
      compilePool("blog.test", "web", TWO),
      compilePool("shop.test", "web", pool.parse({ origins: [{ id: "a", url: "https://a2.test" }] })),
      compilePool("shop.test", "web", aFile({ retry: { on: ["connect"] } })),
      compilePool("shop.test", "web", aFile({ outlier: { consecutive: 9 } })),
      compilePool("shop.test", "web", aFile({ origins: [{ id: "a", url: "https://a.test", weight: 0 }] })),
    ];
    expect(new Set(pools.map(({ standingKey }) => standingKey)).size).toBe(6);
  });

  it("is shared by pools of a site that differ only in their time-outs, and by one whose weights change", () => {
    const memory = isolateHealth();
    memory.report(compilePool("shop.test", "web", TWO), ended("failed", 5));
    const alike = [
      aFile({ timeout: { firstByte: "1m" }, balance: "first" }),
      aFile({ origins: ORIGINS.map((origin) => ({ ...origin, weight: 7 })) }),
    ];
    for (const file of alike)
      expect(memory.of(compilePool("shop.test", "reports", file)).get("a")?.kind).toBe("out");
  });

  it("holds what was reported, pool by pool", () => {
    const memory = isolateHealth();
    const [web, other] = [compilePool("s", "web", TWO), compilePool("t", "web", TWO)];
    memory.report(web, ended("failed", 5));
    expect(memory.of(web).get("a")?.kind).toBe("out");
    expect(memory.of(other)).toBe(ALL_GOOD);
    memory.report(web, ended("answered", 20_000));
    expect(memory.of(web).get("a")?.kind).toBe("serving");
    memory.report(web, ended("answered", 80_000));
    expect(memory.of(web).size).toBe(0);
  });

  it("stays bounded however many pools fail", () => {
    const memory = isolateHealth();
    const pools = Array.from({ length: 5_000 }, (_, site) => compilePool(`s${site}`, "web", TWO));
    for (const each of pools) memory.report(each, ended("failed", 0));
    const remembered = pools.map((each) => memory.of(each).size);
    expect(remembered.filter((size) => size > 0)).toHaveLength(1_000);
    expect(remembered.at(-1)).toBe(1);
  });
});
