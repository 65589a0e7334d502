import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../../bench/chaos/load/outcome.ts";
import { allDown } from "../../../../bench/chaos/measures/all-down.ts";
import { failures, mustNotBe } from "../../../../bench/chaos/measures/failures.ts";
import { recovery } from "../../../../bench/chaos/measures/recovery.ts";
import { waits } from "../../../../bench/chaos/measures/waits.ts";

const good = (more: Partial<Outcome> = {}): Outcome => ({
  kind: "get",
  sentAt: 0,
  ms: 10,
  end: "good",
  status: 200,
  origin: "a",
  ...more,
});
const post = (more: Partial<Outcome> = {}): Outcome => good({ kind: "post", ...more });
const cached = (more: Partial<Outcome> = {}): Outcome => good({ kind: "cached", ...more });
const receipt = (method: string, number: number) => ({ at: 0, method, number });

describe("failures", () => {
  it("are told by whether the request may be repeated", () => {
    const outcomes = [
      good(),
      good({ end: "none" }),
      cached({ end: "broken" }),
      post(),
      post({ end: "status", status: 502 }),
    ];
    expect(failures({ outcomes })).toEqual({ failedGets: 2, failedPosts: 1 });
  });
});

describe("what must not be", () => {
  it("is a POST that two origins received, or one of them twice", () => {
    const received = [
      { origin: "a", receipts: [receipt("POST", 4), receipt("POST", 9), receipt("POST", 9)] },
      { origin: "b", receipts: [receipt("POST", 4), receipt("POST", 14)] },
    ];
    expect(mustNotBe({ outcomes: [], received })).toMatchObject({ doubledPosts: 2 });
  });

  it("is not a GET that was repeated", () => {
    const received = ["a", "b"].map((origin) => ({ origin, receipts: [receipt("GET", 1)] }));
    expect(mustNotBe({ outcomes: [], received })).toMatchObject({ doubledPosts: 0 });
  });

  it("is a short body that ended like a whole one, and not one that broke", () => {
    const outcomes = [good({ end: "broken" }), good({ end: "false-end" })];
    expect(mustNotBe({ outcomes, received: [] })).toMatchObject({ falseEnds: 1 });
  });
});

describe("waits", () => {
  const during = { begunAt: 1_000, endsAt: 2_000, endedAt: 2_100 };

  it("are a share of the requests that were sent during the trouble", () => {
    const outcomes = [
      good({ sentAt: 900, ms: 5_000 }),
      good({ sentAt: 1_000, ms: 300 }),
      good({ sentAt: 1_500, ms: 299 }),
      good({ sentAt: 1_600 }),
      good({ sentAt: 1_999 }),
      good({ sentAt: 2_000, ms: 5_000 }),
    ];
    expect(waits({ outcomes, ...during })).toEqual({ waited: 0.25, p99: 300 });
  });

  it("have no share where nothing was sent", () => {
    expect(waits({ outcomes: [], ...during })).toEqual({});
  });
});

describe("recovery", () => {
  const times = { begunAt: 0, endsAt: 900, endedAt: 1_000 };
  /** A request each 10 ms, answered by b as `isOfB` says, from the end of the trouble on. */
  const load = (ms: number, isOfB: (at: number, index: number) => boolean) =>
    Array.from({ length: ms / 10 }, (_, index) => {
      const sentAt = 1_000 + index * 10;
      return good({ sentAt, origin: isOfB(sentAt, index) ? "b" : "a" });
    });

  it("begins with the first good answer, and is over with the usual share", () => {
    const outcomes = load(20_000, (at, index) => at >= 3_000 && index % (at < 8_000 ? 10 : 3) === 0);
    const { firstAnswer, usualShare } = recovery({ outcomes, ...times }, "b");
    expect(firstAnswer).toBeGreaterThanOrEqual(2_000);
    expect(firstAnswer).toBeLessThan(2_100);
    // The first window that has the share begins before the share is whole.
    expect(usualShare).toBeGreaterThan(3_000);
    expect(usualShare).toBeLessThanOrEqual(5_000);
  });

  it("is over at once where the share never changed", () => {
    const outcomes = load(15_000, (_at, index) => index % 3 === 0);
    expect(recovery({ outcomes, ...times }, "b")).toEqual({ firstAnswer: 0, usualShare: 0 });
  });

  it("has not begun where the origin answers badly", () => {
    const outcomes = load(15_000, (_at, index) => index % 3 === 0).map((outcome) =>
      outcome.origin === "b" ? { ...outcome, end: "status" as const, status: 500 } : outcome,
    );
    expect(recovery({ outcomes, ...times }, "b")).toEqual({ firstAnswer: null });
  });

  it("does not come where the share stays small", () => {
    const outcomes = load(15_000, (_at, index) => index % 10 === 0);
    expect(recovery({ outcomes, ...times }, "b")).toMatchObject({ usualShare: null });
  });

  it("is left open where the run ended too soon", () => {
    const outcomes = load(5_000, (_at, index) => index % 10 === 0);
    expect(recovery({ outcomes, ...times }, "b")).toEqual({ firstAnswer: 0 });
  });
});

describe("all down", () => {
  const times = { begunAt: 1_000, endsAt: 2_000, endedAt: 2_500 };

  it("tells 503, pages from the cache and anything else apart", () => {
    const outcomes = [
      good({ sentAt: 1_100, end: "status", status: 503, ms: 40 }),
      good({ sentAt: 1_200, end: "status", status: 502, ms: 90 }),
      good({ sentAt: 1_250, end: "none", ms: 60 }),
      post({ sentAt: 1_260, end: "status", status: 502 }),
      cached({ sentAt: 1_300 }),
      cached({ sentAt: 1_400, end: "status", status: 503 }),
      good({ sentAt: 5_000 }),
    ];
    expect(allDown({ outcomes, ...times })).toEqual({
      getsOtherwise: 2,
      postsOtherwise: 1,
      slowestWhileDown: 90,
      fromCacheWhileDown: 1,
      normalService: 0,
    });
  });

  it("is over with the last failure after the return", () => {
    const outcomes = [
      good({ sentAt: 2_600, end: "status", status: 503 }),
      good({ sentAt: 2_700 }),
      good({ sentAt: 3_100, end: "none" }),
      good({ sentAt: 4_200 }),
    ];
    expect(allDown({ outcomes, ...times })).toMatchObject({ normalService: 600 });
  });

  it("is not over where requests fail to the end", () => {
    const outcomes = [good({ sentAt: 4_000 }), good({ sentAt: 4_500, end: "status", status: 503 })];
    expect(allDown({ outcomes, ...times })).toMatchObject({ normalService: null });
  });
});
