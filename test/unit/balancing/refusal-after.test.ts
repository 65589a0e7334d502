import { describe, expect, it } from "vitest";
import { refusalAfter } from "../../../worker/balancing/refusal-after.ts";
import { statusOf } from "../../../worker/refusal.ts";
import { aPool } from "./a-pool.ts";

const connect = { kind: "connect", message: "" } as const;
const timeout = { kind: "timeout", afterMs: 1_000 } as const;
const several = aPool({ a: {}, b: {} });
const one = aPool({ a: {}, b: { state: "off" } });

describe("the refusal after a connection that failed", () => {
  it.each([
    ["is 503 where all of several origins are out", several, true, true, "origins-out", 503],
    ["is 502 while another is usable", several, false, true, "origin-unreachable", 502],
    ["is 502 if the request may have been carried out", several, true, false, "origin-unreachable", 502],
    ["is 502 where only one origin is in service", one, true, true, "origin-unreachable", 502],
  ] as const)("%s", (_what, pool, allOut, mayRepeat, reason, status) => {
    const refusal = refusalAfter(pool, connect, { allOut, mayRepeat });
    expect(refusal).toEqual({ reason, pool: "web" });
    expect(statusOf(refusal)).toBe(status);
  });
});

describe("the refusal after another failure", () => {
  const worst = { allOut: true, mayRepeat: true };

  it("is 504 after a time-out, whoever is out", () => {
    expect(refusalAfter(several, timeout, worst)).toMatchObject({ reason: "origin-timeout", afterMs: 1_000 });
  });

  it("is 502 if the platform started no further attempt", () => {
    const refusal = refusalAfter(several, { kind: "too-many-subrequests" }, worst);
    expect(refusal).toEqual({ reason: "origin-unreachable", pool: "web" });
  });

  it("is 400 after an upload that broke", () => {
    const refusal = refusalAfter(several, { kind: "request-body-broken" }, worst);
    expect(statusOf(refusal)).toBe(400);
  });
});
