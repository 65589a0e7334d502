// The numbers recorded for every request, including those that the log does not sample.
import type { Outcome, Visit } from "../outcome.ts";
import type { RequestMeasure } from "../ports.ts";
import { cacheWord } from "./log-record.ts";

export function measureOf(outcome: Outcome, visit: Visit, now: number): RequestMeasure {
  const { site, matched, reply, refusal, cache, sending } = outcome;
  return {
    site: site?.name ?? null,
    route: matched?.route.id ?? null,
    status: reply.status,
    refusal: refusal?.reason ?? null,
    cache: cache ? cacheWord(cache) : null,
    origin: sending?.answeredBy?.origin.id ?? null,
    ms: now - visit.startedAt,
  };
}
