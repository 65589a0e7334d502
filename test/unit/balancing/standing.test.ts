import { describe, expect, it } from "vitest";
import {
  ejectionMs,
  LONGEST_EJECTION_MS,
  RATE_OF_AT_LEAST,
} from "../../../worker/balancing/next-standing.ts";
import { LEAST_SHARE } from "../../../worker/balancing/standing.ts";
import { aPool } from "./a-pool.ts";
import { type Ending, Watched } from "./watched.ts";

const three = (outlier = {}, random = () => 0) =>
  new Watched(aPool({ a: {}, b: {}, c: {} }, { outlier }), random);

const GOOD = { kind: "good", share: 1 };
const times = <T>(count: number, ending: T): T[] => Array.from({ length: count }, () => ending);

describe("a good origin", () => {
  const stays: [what: string, endings: Ending[]][] = [
    ["nothing has happened to it", []],
    ["it answers", [200, 404, 500]],
    ["it answers badly twice in a row", [503, 503]],
    ["a good answer stands between the bad ones", [503, 503, 200, 503, 503]],
    ["clients left, or their uploads broke", times(10, "nothing" as const)],
  ];
  it.each(stays)("stays good where %s", (_what, endings) => {
    expect(
      three()
        .asks("a", ...endings)
        .of("a"),
    ).toEqual(GOOD);
  });

  it("is ejected at once by a failed connection or a time-out, for the first time of 10 s", () => {
    for (const because of ["connect", "timeout"] as const) {
      const pool = three().asks("a", because);
      const { now } = pool;
      expect(pool.of("a")).toEqual({ kind: "ejected", because, since: now, until: now + 10_000 });
      expect(pool.of("b")).toEqual(GOOD);
    }
  });

  it("is ejected by the third bad status in a row, and the last one is the reason", () => {
    expect(three().asks("a", 502, 503, 504).of("a")).toMatchObject({ kind: "ejected", because: "504" });
    expect(three({ consecutive: 5 }).asks("a", 503, 503, 503, 503).of("a")).toEqual(GOOD);
    expect(three({ consecutive: 5 }).asks("a", 503, 503, 503, 503, 503).of("a").kind).toBe("ejected");
  });

  it("is ejected by a share of failures within the window, once it had enough requests", () => {
    // Two of three fail, and never three in a row.
    const pool = three();
    let asked = 0;
    for (; pool.of("a").kind === "good"; asked++) pool.asks("a", asked % 3 === 2 ? 200 : 503);
    expect(asked).toBe(RATE_OF_AT_LEAST);
    expect(pool.of("a")).toMatchObject({ kind: "ejected", because: "failure-rate" });
  });

  it("is not ejected by a lower share, by fewer requests, or by failures that are spread over more than a window", () => {
    const oneOfThree = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 503 : 200));
    expect(
      three()
        .asks("a", ...oneOfThree)
        .of("a").kind,
    ).toBe("good");
    const twoOfThree = Array.from({ length: 18 }, (_, index) => (index % 3 === 2 ? 200 : 503));
    const pool = three().asks("a", ...twoOfThree);
    expect(pool.of("a").kind).toBe("good");
    expect(
      pool
        .after(10_000)
        .asks("a", ...twoOfThree)
        .of("a").kind,
    ).toBe("good");
    expect(
      three({ rate: "30%" })
        .asks("a", ...oneOfThree.slice(0, 22))
        .of("a").kind,
    ).toBe("ejected");
  });

  // Each of the answers had a good header.
  it("is ejected by the third body in a row that it breaks off, whatever its headers say", () => {
    const pool = three().asks("a", 200).bodies("a", "cut").asks("a", 200).bodies("a", "cut").asks("a", 200);
    expect(pool.of("a")).toEqual(GOOD);
    const { now } = pool.bodies("a", "cut");
    expect(pool.of("a")).toEqual({ kind: "ejected", because: "body-cut", since: now, until: now + 10_000 });
    expect(three().bodies("a", "cut", "cut", "whole", "cut", "cut").of("a")).toEqual(GOOD);
    expect(three({ maxEjected: "0%" }).bodies("a", "cut", "cut", "cut").of("a")).toEqual(GOOD);
  });

  it("is ejected by a share of broken bodies within the window, each of which is one request", () => {
    const pool = three();
    let asked = 0;
    for (; pool.of("a").kind === "good" && asked < 100; asked++)
      pool.asks("a", 200).bodies("a", asked % 3 === 2 ? "whole" : "cut");
    expect(asked).toBe(RATE_OF_AT_LEAST);
    const oneOfThree = three();
    for (let time = 0; time < 60; time++)
      oneOfThree.asks("a", 200).bodies("a", time % 3 === 0 ? "cut" : "whole");
    expect(oneOfThree.of("a").kind).toBe("good");
  });

  it("is remembered for a broken body until a whole one", () => {
    const pool = three().bodies("a", "cut").after(10_000).asks("a", 200);
    expect(pool.standings.size).toBe(1);
    const before = pool.standings;
    expect(pool.asks("a", 200).standings).toBe(before); // a good header costs nothing
    expect(pool.asks("a", 200).bodies("a", "whole").standings.size).toBe(0);
  });

  it("costs no memory: nothing is kept of it once its window is over", () => {
    const pool = three().asks("a", 503, 200);
    expect(pool.standings.size).toBe(1);
    expect(pool.after(10_000).asks("a", 200).standings.size).toBe(0);
    expect(three().asks("a", 200, 200).standings.size).toBe(0);
  });
});

describe("an ejected origin", () => {
  it("that broke bodies off is ejected again by the next one, for twice as long", () => {
    const pool = three().bodies("a", "cut", "cut", "cut").bodies("a", "cut").after(10_000).asks("a", 200);
    expect(pool.of("a").kind).toBe("good");
    const { now } = pool.bodies("a", "cut");
    expect(pool.of("a")).toMatchObject({ kind: "ejected", since: now, until: now + 20_000 });
    const other = three().bodies("a", "cut", "cut", "cut").after(10_000).asks("a", 200);
    expect(other.bodies("a", "whole", "cut", "cut").of("a").kind).toBe("good");
  });

  it("is on probation once its time is over", () => {
    const pool = three().asks("a", "connect");
    const { now } = pool;
    expect(pool.after(9_999).of("a").kind).toBe("ejected");
    expect(pool.after(1).of("a")).toEqual({
      kind: "probation",
      because: "connect",
      since: now,
      until: now + 10_000,
      isTried: false,
    });
  });

  it("is not ejected for longer by the requests that were under way, however many fail", () => {
    const pool = three();
    const sentAt = pool.now;
    pool.asks("a", "timeout").after(500);
    for (let request = 0; request < 50; request++) pool.end("a", "timeout", sentAt);
    expect(pool.of("a")).toMatchObject({ kind: "ejected", until: sentAt + 10_000 });
    expect(pool.after(9_500).of("a").kind).toBe("probation");
    pool.end("a", "timeout", sentAt); // one that took very long
    expect(pool.of("a").kind).toBe("probation");
  });

  it("gets its trial early where a request from before is answered after all: it can be reached", () => {
    const pool = three();
    const sentAt = pool.now;
    pool.after(1).asks("a", "connect").after(50).end("a", 200, sentAt);
    expect(pool.of("a")).toMatchObject({ kind: "probation", isTried: false });
  });

  it("does not where it was ejected for what it answered", () => {
    const pool = three();
    const sentAt = pool.now;
    pool.after(1).asks("a", 503, 503, 503).after(50).end("a", 200, sentAt);
    expect(pool.of("a").kind).toBe("ejected");
  });

  it("is back where it answers a request for which no other was left", () => {
    const pool = three().asks("a", 503, 503, 503).after(50).asks("a", 200);
    expect(pool.of("a").kind).toBe("good");
  });

  it("is not kept out by a clock that is set back", () => {
    expect(three().asks("a", "connect").after(-3_600_000).of("a").kind).toBe("probation");
  });

  it("is ejected up to a quarter longer at random, so that isolates do not try it all at once", () => {
    const until = (random: number) => {
      const pool = three({}, () => random).asks("a", "connect");
      const standing = pool.of("a");
      return standing.kind === "ejected" ? standing.until - pool.now : 0;
    };
    expect([0, 0.5, 1 - 2 ** -32].map(until)).toEqual([10_000, 11_250, 12_500]);
  });
});

describe("an origin on probation", () => {
  const onProbation = (outlier = {}) => three(outlier).asks("a", "connect").after(10_000);

  it("is tried by one request at a time", () => {
    const pool = onProbation();
    const sentAt = pool.send("a");
    expect(pool.of("a")).toMatchObject({ kind: "probation", isTried: true });
    expect(pool.isTrying("a", sentAt)).toBe(true);
    pool.after(5).send("a");
    expect(pool.isTrying("a", pool.now)).toBe(false);
  });

  it("gives the place back where the trial says nothing", () => {
    const pool = onProbation();
    const sentAt = pool.send("a");
    pool.after(20).end("a", "nothing", sentAt);
    expect(pool.of("a")).toMatchObject({ kind: "probation", isTried: false });
  });

  it("keeps it where another request says nothing", () => {
    const pool = onProbation();
    pool.send("a");
    pool.after(20).end("a", "nothing", pool.now);
    expect(pool.of("a")).toMatchObject({ kind: "probation", isTried: true });
  });

  it("gives it back where nothing more is heard of the trial", () => {
    const pool = onProbation();
    pool.send("a");
    expect(pool.after(15_999).of("a")).toMatchObject({ isTried: true });
    expect(pool.after(1).of("a")).toMatchObject({ isTried: false });
    const second = pool.send("a");
    pool.after(5).end("a", "nothing", second - 16_000); // the first one, late
    expect(pool.isTrying("a", second)).toBe(true);
  });

  it("is back with the first good answer, and with a part of its weight, which grows", () => {
    const pool = onProbation().asks("a", 200);
    const share = () => {
      const standing = pool.of("a");
      return standing.kind === "good" ? standing.share : undefined;
    };
    // It was away for 10 s, which is less than the 30 s of a slow start.
    expect(share()).toBe(LEAST_SHARE);
    expect([pool.after(2_500), pool.after(2_500), pool.after(4_999)].length && share()).toBeCloseTo(1, 3);
    pool.after(1);
    expect(share()).toBe(1);
    expect(pool.after(-7_500) && share()).toBe(0.25);
  });

  it("grows for no longer than the time of a slow start, and at once without one", () => {
    const pool = onProbation({ slowStart: "2s" }).asks("a", 200).after(1_000);
    expect(pool.of("a")).toEqual({ kind: "good", share: 0.5 });
    expect(onProbation({ slowStart: "0s" }).asks("a", 200).of("a")).toEqual(GOOD);
  });

  it("is ejected for twice as long with any failure, a bad status included", () => {
    for (const ending of ["connect", "timeout", 503] as const) {
      const pool = onProbation().asks("a", ending);
      expect(pool.of("a")).toMatchObject({ because: String(ending), until: pool.now + 20_000 });
    }
  });

  it("is ejected for longer each time, up to a limit", () => {
    const pool = onProbation();
    const lengths = [];
    for (let round = 0; round < 8; round++) {
      pool.asks("a", "connect");
      const standing = pool.of("a");
      const length = standing.kind === "ejected" ? standing.until - pool.now : 0;
      lengths.push(length);
      pool.after(length);
    }
    expect(lengths).toEqual([20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000, 300_000]);
    expect(ejectionMs(3, { ejectMs: 3_600_000 })).toBe(3_600_000); // longer than the limit, as the site wants it
    expect(ejectionMs(2_000, { ejectMs: 100 })).toBe(LONGEST_EJECTION_MS);
  });
});

describe("an origin that is back", () => {
  const back = () =>
    three().asks("a", "connect").after(10_000).asks("a", "connect").after(20_000).asks("a", 200);

  it("is ejected for longer again if it fails soon", () => {
    const pool = back().after(29_000).asks("a", "connect");
    expect(pool.of("a")).toMatchObject({ until: pool.now + 40_000 });
  });

  it("begins anew if it was well for the time of a slow start", () => {
    const pool = back().after(30_000).asks("a", "connect");
    expect(pool.of("a")).toMatchObject({ until: pool.now + 10_000 });
  });

  it("needs as many bad statuses as any other", () => {
    const pool = back().asks("a", 503, 503);
    expect(pool.of("a").kind).toBe("good");
    expect(pool.asks("a", 503).of("a").kind).toBe("ejected");
  });

  it("is forgotten in the end", () => {
    expect(back().after(30_000).asks("a", 200).standings.size).toBe(0);
  });
});
