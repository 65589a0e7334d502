// Asks the objects that count exactly (limits-object.ts), as JSON over fetch: in this process, in another one or in another data centre.
import { BoundedMap } from "../../shared/remember.ts";
import { ok, type Result } from "../../shared/result.ts";
import { type Allowance, readAllowance, type Withdrawal } from "../admission/limits/withdrawal.ts";
import type { Limiter, LimiterFailure } from "../ports.ts";
import { answerOf, LIMITER_WITHIN_MS, unavailable } from "./limiter-answer.ts";
import { digest } from "./web-crypto.ts";

/** Where a shard of the keys of a site is asked. The URL names it as well. */
export type ShardOf = (shard: string) => { fetch(request: Request): Promise<Response> };

/** How many objects share the keys of a site. */
const SHARDS = 32;
/** A refusal stays true until the client may come again, so it need not be asked for. A flood then does not reach the object. */
const REFUSALS_KEPT = 10_000;

export function exactLimiter(
  of: ShardOf | undefined,
  now: () => number,
  withinMs = LIMITER_WITHIN_MS,
): Limiter {
  const refused = new BoundedMap<{ readonly at: number; readonly until: number }>(REFUSALS_KEPT);
  const ask = async (
    path: string,
    { counts, key, ...rest }: Withdrawal,
    digested: string,
  ): Promise<unknown> => {
    if (!of) throw new Error("no object that counts is bound: bind the class Limits as LIMITS");
    const [site = ""] = counts.split(" ");
    const shard = `${site}/${Number.parseInt(digested.slice(0, 4), 16) % SHARDS}`;
    const url = `http://limits/limits/${path}?shard=${encodeURIComponent(shard)}`;
    const body = JSON.stringify({ counts, key: digested, ...rest });
    const response = await of(shard).fetch(new Request(url, { method: "POST", body }));
    if (response.status !== 200) throw new Error(`it answered ${response.status}`);
    return response.json();
  };
  // The object is told no address or token of a client.
  const digestOf = async ({ counts, key }: Withdrawal): Promise<string> =>
    (await digest(new TextEncoder().encode(`${counts}\n${key}`))).slice(0, 32);
  const take = async (withdrawal: Withdrawal): Promise<Result<Allowance, LimiterFailure>> => {
    const digested = await digestOf(withdrawal);
    const { at, until } = refused.get(digested) ?? { at: 0, until: 0 };
    const leftMs = until - now();
    if (leftMs > 0 && leftMs <= until - at)
      return ok({ admitted: false, remaining: 0, retryAfterMs: leftMs, fullInMs: leftMs });
    const allowance = readAllowance(await ask("take", withdrawal, digested));
    if (!allowance) return unavailable("it answered something else than an allowance");
    const told = now();
    if (!allowance.admitted) refused.set(digested, { at: told, until: told + allowance.retryAfterMs });
    return ok(allowance);
  };
  return {
    take: (withdrawal) => answerOf(take(withdrawal), withinMs),
    charge: async (withdrawal) => {
      const asked = digestOf(withdrawal).then((digested) => ask("charge", withdrawal, digested));
      await answerOf(
        asked.then(() => ok(undefined)),
        withinMs,
      );
    },
  };
}
