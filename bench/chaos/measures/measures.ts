// What is measured, as data: names, units and words. `null` stands for something that did not happen before the run ended.
import { TERMS } from "../terms.ts";

export type Measure =
  | "requests"
  | "failedGets"
  | "failedPosts"
  | "doubledPosts"
  | "falseEnds"
  | "waited"
  | "p99"
  | "firstAnswer"
  | "usualShare"
  | "getsOtherwise"
  | "postsOtherwise"
  | "slowestWhileDown"
  | "fromCacheWhileDown"
  | "normalService";

/** Measures that have no meaning in a scenario are left out. */
export type Measured = Readonly<Partial<Record<Measure, number | null>>>;

export interface MeasureInfo {
  readonly unit: "count" | "share" | "ms";
  readonly words: string;
  /** Differences up to this say nothing: they depend on what was on its way when the trouble began. */
  readonly noise: number;
  readonly moreIsBetter?: true;
}

/** A request that takes as long as this has waited for something other than a healthy origin, which needs some 10 ms. */
export const WAITED_MS = 300;

export const MEASURES: Readonly<Record<Measure, MeasureInfo>> = {
  requests: { unit: "count", noise: Number.POSITIVE_INFINITY, words: "requests" },
  failedGets: { unit: "count", noise: 0, words: "failed GETs" },
  failedPosts: { unit: "count", noise: 3, words: "failed POSTs" },
  doubledPosts: { unit: "count", noise: 0, words: "POSTs received twice" },
  falseEnds: { unit: "count", noise: 0, words: "short bodies that looked whole" },
  waited: {
    unit: "share",
    noise: 0.002,
    words: `requests that took ${WAITED_MS} ms or more, of those sent during the trouble`,
  },
  p99: { unit: "ms", noise: 50, words: "99 of 100 requests during the trouble took at most" },
  firstAnswer: {
    unit: "ms",
    noise: 500,
    words: "from the end of the trouble until the origin answers again",
  },
  // Slowly is how it should be, so sooner is no better.
  usualShare: {
    unit: "ms",
    noise: TERMS.slowStartMs,
    words: "from then until it has its usual share",
  },
  getsOtherwise: { unit: "count", noise: 0, words: "GETs answered with neither 503 nor a stale page" },
  postsOtherwise: { unit: "count", noise: 3, words: "POSTs answered with anything but 503" },
  slowestWhileDown: { unit: "ms", noise: 25, words: "the slowest answer while all were down" },
  fromCacheWhileDown: {
    unit: "count",
    noise: 3,
    moreIsBetter: true,
    words: "pages from the cache while all were down",
  },
  normalService: { unit: "ms", noise: 250, words: "from their return until no request fails any more" },
};
