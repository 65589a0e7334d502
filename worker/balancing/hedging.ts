// After which time is a second origin asked, although the first one has not failed?
import type { PoolLoad } from "./load/pool-load.ts";
import type { HedgeRules } from "./sending-rules.ts";

/**
 * Without TRACE, which never gets here. PUT and DELETE may be repeated, but the attempt that lost may still be carried out after the
 * client has had its answer and has made another change.
 */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "PROPFIND"]);

export interface Hedgeable {
  readonly method: string;
  /** The request opens a WebSocket. */
  readonly upgrades: boolean;
  /** The body can be sent again, or there is none. */
  readonly bodyKept: boolean;
}

export const mayHedge = ({ method, upgrades, bodyKept }: Hedgeable): boolean =>
  SAFE.has(method) && !upgrades && bodyKept;

/** Undefined if it is not known, or if the first attempt will have ended by then. */
export function hedgeAfterMs(
  { after }: HedgeRules,
  { latencies }: Pick<PoolLoad, "latencies">,
  withinMs: number,
  now: number,
): number | undefined {
  const ms = after === "p95" ? latencies.percentile(0.95, now) : after;
  return ms === undefined || ms >= withinMs ? undefined : ms;
}
