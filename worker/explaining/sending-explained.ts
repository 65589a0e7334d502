// Which rules of a pool limit its retries, hedge its requests or refuse them?
import type { Origin, Pool } from "../balancing/pool.ts";

/** A line for each rule that the site file sets. */
export function explainSending(pool: Pool): string[] {
  const { retryBudget, backoffMs, perTryMs, hedge, maxInFlight, breaker } = pool;
  const after =
    hedge && (hedge.after === "p95" ? "as long as 95 % of the answers took lately" : `${hedge.after} ms`);
  return [
    retryBudget !== null && `retries: at most ${percent(retryBudget)} of the requests`,
    backoffMs !== null && `pause before the first retry: up to ${backoffMs} ms`,
    perTryMs !== null && `an attempt that another one may follow: ${perTryMs} ms until its answer`,
    hedge && `hedge after ${after}: at most ${percent(hedge.budget)} of the requests, safe methods only`,
    maxInFlight !== null && `at most ${maxInFlight} attempts under way: beyond that 503 pool-full`,
    breaker &&
      `503 breaker-open for ${breaker.openMs} ms if ${percent(breaker.rate)} of the requests fail in ${breaker.windowMs} ms`,
    ...pool.origins
      .filter(isLimited)
      .map(({ id, maxInFlight: most }) => `${id}: at most ${most} attempts under way`),
  ].filter((line) => typeof line === "string");
}

const isLimited = ({ maxInFlight }: Origin): boolean => Number.isFinite(maxInFlight);

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
