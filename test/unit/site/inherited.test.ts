import { describe, expect, it } from "vitest";
import { validateSite } from "../../../shared/site/validate.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";
import { compilePool } from "../../../worker/balancing/pool.ts";
import { withTimeouts } from "../../../worker/balancing/timeouts.ts";
import { aSite, problemsIn, WEB } from "./fixtures.ts";

const sited = (defaults: unknown, timeout?: unknown, more: object = {}) => {
  const site = validateSite(
    aSite({ defaults, pools: { web: { ...WEB, ...(timeout !== undefined && { timeout }), ...more } } }),
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
};
const timeoutOf = (...given: Parameters<typeof sited>) => sited(...given).pools.web?.timeout;

describe("the time-outs of a pool", () => {
  const defaults = { timeout: { firstByte: "10s", idle: "1m" } };

  it("are those of `defaults`, and what neither says is as ever", () => {
    expect(timeoutOf(defaults)).toEqual({ firstByte: 10_000, idle: 60_000 });
    expect(timeoutOf({ timeout: { total: "1m" } })).toEqual({ firstByte: 15_000, total: 60_000 });
  });

  it("are its own before those of `defaults`, key by key, also where its own are the usual ones", () => {
    expect(timeoutOf(defaults, { total: "1m" })).toEqual({ firstByte: 10_000, idle: 60_000, total: 60_000 });
    expect(timeoutOf(defaults, { firstByte: "15s" })).toEqual({ firstByte: 15_000, idle: 60_000 });
    expect(timeoutOf(defaults, { idle: "off" })).toEqual({ firstByte: 10_000, idle: "off" });
  });

  it("reach the route, whose own come first", () => {
    const { web } = sited(defaults).pools;
    if (!web) throw new Error("no pool");
    const pool = withTimeouts(compilePool("a.test", "web", web), { firstByte: 120_000 });
    expect(pool).toMatchObject({ firstByteMs: 120_000, idleMs: 60_000 });
  });

  it("are what warnings look at", () => {
    const perTry = { retry: { perTry: "12s" } };
    const warnings = (site: ReturnType<typeof sited>) =>
      warningsOf(site, () => "")
        .map(({ path }) => path)
        .filter((path) => path.includes("perTry"));
    expect(warnings(sited(defaults, undefined, perTry))).toEqual(["pools.web.retry.perTry"]);
    expect(warnings(sited(defaults, { firstByte: "15s" }, perTry))).toEqual([]);
  });
});

describe("a fault of `defaults` is told once, and at its place", () => {
  it.each([
    [{}, "defaults.timeout"],
    [{ timeout: { firstByte: "0s" } }, "defaults.timeout.firstByte"],
    [{ timeout: { connect: "1s" } }, "defaults.timeout.connect"],
    [{ timeout: { idel: "1s" } }, "defaults.timeout.idel"],
    [{ retry: {}, timeout: {} }, "defaults.retry"],
  ])("%j", (defaults, path) => {
    const problems = problemsIn(aSite({ defaults }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${path} `);
  });
});
