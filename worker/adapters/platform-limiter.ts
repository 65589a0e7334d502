// Lets Cloudflare count: each data centre for itself.
import { ok, type Result } from "../../shared/result.ts";
import type { Allowance, Withdrawal } from "../admission/limits/withdrawal.ts";
import type { Limiter, LimiterFailure } from "../ports.ts";
import { answerOf, LIMITER_WITHIN_MS, unavailable } from "./limiter-answer.ts";

/** A rate limit of the platform, as it is bound. */
interface RateLimitBinding {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/**
 * What a binding allows is a part of the Worker's configuration, so a limit uses the one that is named after it. It counts in each data
 * centre, and tells only whether there is something left.
 */
export function platformLimiter(bindings: object, withinMs = LIMITER_WITHIN_MS): Limiter {
  const limit = async ({ counts, key, shape }: Withdrawal): Promise<Result<Allowance, LimiterFailure>> => {
    const perMs = Math.round(shape.perUnitMs * shape.burst);
    const name = `LIMIT_${shape.burst}_PER_${perMs / 1_000}`;
    const binding = (bindings as Record<string, RateLimitBinding | undefined>)[name];
    if (binding === undefined) return unavailable(`the Worker has no binding ${name}`);
    const { success: admitted } = await binding.limit({ key: `${counts}\n${key}` });
    return ok({ admitted, remaining: undefined, retryAfterMs: admitted ? 0 : perMs, fullInMs: perMs });
  };
  return {
    take: (withdrawal) => answerOf(limit(withdrawal), withinMs),
    charge: async (withdrawal) => {
      const each = Array.from({ length: withdrawal.cost }, () => answerOf(limit(withdrawal), withinMs));
      await Promise.all(each);
    },
  };
}
