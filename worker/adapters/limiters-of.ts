// Who counts for this isolate? That follows from its bindings.
import type { Withdrawal } from "../admission/limits/withdrawal.ts";
import type { Limiter, Limiters, Log } from "../ports.ts";
import { exactLimiter, type ShardOf } from "./exact-limiter.ts";
import { memoryLimiter } from "./memory-limiter.ts";
import { platformLimiter } from "./platform-limiter.ts";

export interface LimiterBindings {
  readonly LIMITS?: DurableObjectNamespace;
  readonly STATE?: Fetcher;
}

export function limitersOf(bindings: LimiterBindings, now: () => number, warn: Log["warn"]): Limiters {
  return {
    memory: memoryLimiter(now),
    platform: warning(platformLimiter(bindings), now, warn),
    exact: warning(exactLimiter(shardOf(bindings), now), now, warn),
  };
}

/** In `headgate serve` another process has the objects, and finds the one of a shard by the URL. */
function shardOf({ LIMITS, STATE }: LimiterBindings): ShardOf | undefined {
  if (STATE) return () => STATE;
  return LIMITS && ((shard) => LIMITS.get(LIMITS.idFromName(shard)));
}

const WARN_EVERY_MS = 10_000;

/** A failure is told to the log, but not for every request. */
function warning(limiter: Limiter, now: () => number, warn: Log["warn"]): Limiter {
  let warnedAt = Number.NEGATIVE_INFINITY;
  const take = async (withdrawal: Withdrawal) => {
    const taken = await limiter.take(withdrawal);
    if (!taken.ok && now() - warnedAt >= WARN_EVERY_MS) {
      warnedAt = now();
      warn("a limit cannot be counted", { limit: withdrawal.counts, error: taken.error.message });
    }
    return taken;
  };
  return { ...limiter, take };
}
