// What a client gets when no origin of a pool has answered: of another pool, or of the edge itself.
import type { SorryConfig } from "../../shared/site/sorry-schema.ts";
import type { RefusalReason } from "../refusal.ts";
import { compileValue, type Value } from "../rewriting/value.ts";
import { type Branching, eachPool } from "./each-pool.ts";

export type Sorry =
  | {
      readonly kind: "respond";
      /** That of the refusal if undefined. */
      readonly status: number | undefined;
      readonly headers: readonly (readonly [name: string, value: Value])[];
      readonly body: string;
    }
  | {
      readonly kind: "pool";
      readonly pool: string;
      /** That of the request if undefined. */
      readonly path: string | undefined;
    };

export function compileSorry(config: SorryConfig): Sorry {
  if (typeof config === "string") return { kind: "pool", pool: config, path: undefined };
  if ("pool" in config) return { kind: "pool", pool: config.pool, path: config.path };
  const { status, headers, body } = config.respond;
  const values = Object.entries(headers).map(([name, value]) => [name, compileValue(value)] as const);
  return { kind: "respond", status, headers: values, body };
}

/**
 * The refusals that mean: no origin has answered, and the request is not to blame. An origin that itself answers 503 has answered: its
 * answer says more. So it is in HAProxy, where a backup server takes over when the others are down.
 */
const NOBODY_ANSWERED: ReadonlySet<RefusalReason> = new Set([
  "no-origin",
  "origins-out",
  "origins-full",
  "pool-full",
  "breaker-open",
  "pinned-origin-out",
  "origin-unreachable",
  "origin-timeout",
]);

export const hasNobodyAnswered = (reason: RefusalReason): boolean => NOBODY_ANSWERED.has(reason);

/** Of the first pool of a route that has one. */
export const sorryOf = (action: Saying): Sorry | null =>
  eachPool(action).find(({ pool }) => pool.sorry !== null)?.pool.sorry ?? null;

interface Saying extends Branching<Saying> {
  readonly pool: { readonly sorry: Sorry | null };
}
