import { describe, expect, it } from "vitest";
import { explainSending } from "../../../worker/explaining/sending-explained.ts";
import { aPool } from "../balancing/a-pool.ts";

describe("explain tells of a pool", () => {
  it("nothing where nothing is limited", () => {
    expect(explainSending(aPool({ a: {}, b: {} }))).toEqual([]);
  });

  it("each rule that limits retries, hedges or refuses", () => {
    const pool = aPool(
      { a: { maxInFlight: 50 }, b: {} },
      {
        retry: { budget: "20%", backoff: "50ms", perTry: "2s" },
        hedge: { after: "300ms" },
        breaker: { inFlight: 200, rate: "50%", window: "10s", open: "5s" },
      },
    );
    expect(explainSending(pool)).toEqual([
      "retries: at most 20 % of the requests",
      "pause before the first retry: up to 50 ms",
      "an attempt that another one may follow: 2000 ms until its answer",
      "hedge after 300 ms: at most 5 % of the requests, safe methods only",
      "at most 200 attempts under way: beyond that 503 pool-full",
      "503 breaker-open for 5000 ms if 50 % of the requests fail in 10000 ms",
      "a: at most 50 attempts under way",
    ]);
    expect(explainSending(aPool({ a: {}, b: {} }, { hedge: { after: "p95", budget: "2.5%" } }))).toEqual([
      "hedge after as long as 95 % of the answers took lately: at most 2.5 % of the requests, safe methods only",
    ]);
  });
});
