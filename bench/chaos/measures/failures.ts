// Which requests failed, and which were answered or carried out as they must never be? Pure.
import type { Outcome } from "../load/outcome.ts";
import type { Measured } from "./measures.ts";
import type { Played } from "./played.ts";

export function failures({ outcomes }: Pick<Played, "outcomes">): Measured {
  const failed = outcomes.filter(({ end }) => end !== "good");
  return {
    failedGets: failed.filter(isIdempotent).length,
    failedPosts: failed.filter((outcome) => !isIdempotent(outcome)).length,
  };
}

/** No trouble of an origin excuses one of these. */
export function mustNotBe({ outcomes, received }: Pick<Played, "outcomes" | "received">): Measured {
  // Over all origins: a POST that two of them received, or one of them twice.
  const posts = received.flatMap(({ receipts }) => receipts.filter(({ method }) => method === "POST"));
  return {
    doubledPosts: posts.length - new Set(posts.map(({ number }) => number)).size,
    falseEnds: outcomes.filter(({ end }) => end === "false-end").length,
  };
}

const isIdempotent = ({ kind }: Outcome): boolean => kind !== "post";
