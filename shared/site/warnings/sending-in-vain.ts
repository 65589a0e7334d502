// Which rules for retries, hedging and limits have no effect?
import type { PoolConfig } from "../pool-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function sendingInVain(site: Site): Problem[] {
  return Object.entries(site.pools).flatMap(([id, pool]) =>
    [...retriesInVain(pool), ...hedgeInVain(pool), ...breakerInVain(pool)].map(([keys, because]) =>
      problemAt(["pools", id, ...keys], because, { atKey: true }),
    ),
  );
}

type InVain = [keys: string[], because: string];

function retriesInVain({ retry, timeout }: PoolConfig): InVain[] {
  const { attempts, on, budget, backoff, perTry } = retry;
  const given = Object.entries({ budget, backoff, perTry }).filter(([, value]) => value !== undefined);
  if (attempts === 1)
    return given.map(([key]) => [["retry", key], "has no effect: with `attempts: 1` nothing is retried"]);
  if (perTry === undefined) return [];
  const keys = ["retry", "perTry"];
  if (!on.includes("timeout")) return [[keys, "has no effect: `on` does not list timeout"]];
  return perTry >= timeout.firstByte ? [[keys, "has no effect: `timeout.firstByte` is not longer"]] : [];
}

function hedgeInVain({ hedge, retry, timeout, origins }: PoolConfig): InVain[] {
  if (!hedge) return [];
  const inService = origins.filter(({ state, weight }) => state === "active" && weight > 0);
  if (retry.attempts === 1)
    return [[["hedge"], "has no effect: a hedge is a second attempt, and `retry.attempts` is 1"]];
  if (inService.length < 2) return [[["hedge"], "has no effect: there is no second origin in service"]];
  if (hedge.after !== "p95" && hedge.after >= timeout.firstByte)
    return [[["hedge", "after"], "has no effect: `timeout.firstByte` is not longer"]];
  return [];
}

function breakerInVain({ breaker }: PoolConfig): InVain[] {
  const isEmpty = breaker && breaker.inFlight === undefined && breaker.rate === undefined;
  return isEmpty ? [[["breaker"], "has no effect: write `inFlight`, `rate` or both"]] : [];
}
