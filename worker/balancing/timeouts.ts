// How long does an exchange with an origin of the pool may take on this route? Pure.
import type { RouteTimeoutConfig, TimeoutConfig } from "../../shared/site/timeout-schema.ts";

export interface Timeouts {
  readonly firstByteMs: number;
  readonly totalMs: number | undefined;
  /** How long no byte of a body may move. Undefined if the site does not say; infinite if it says `off`. */
  readonly idleMs: number | undefined;
}

/**
 * How long an origin may take no further byte of an upload if the site does not say: an origin that hangs is found out, and the client
 * may be as slow as it likes. nginx has the same limit by default (`proxy_send_timeout`).
 */
const TAKES_WITHIN_MS = 60_000;

export const takesWithin = ({ idleMs }: Pick<Timeouts, "idleMs">): number | undefined =>
  idleMs === undefined ? TAKES_WITHIN_MS : limitOf(idleMs);

export const compileTimeouts = ({ firstByte, idle, total }: TimeoutConfig): Timeouts => ({
  firstByteMs: firstByte,
  totalMs: limitOf(total),
  idleMs: idle === "off" ? Number.POSITIVE_INFINITY : idle,
});

/** The pool with the time-outs of a route. What is believed of its origins stays the same. */
export function withTimeouts<P extends Timeouts>(pool: P, given: RouteTimeoutConfig | undefined): P {
  if (given === undefined) return pool;
  const { firstByte = pool.firstByteMs, idle = pool.idleMs, total = pool.totalMs } = given;
  return { ...pool, ...compileTimeouts({ firstByte, idle, total }) };
}

/** The limit to keep; undefined if there is none. */
export const limitOf = (limit: number | "off" | undefined): number | undefined =>
  limit === "off" || limit === Number.POSITIVE_INFINITY ? undefined : limit;
