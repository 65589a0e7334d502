// Sticky sessions: which origin does a client stay with, and when is it told so anew? The text of a pin is in pin.ts, its cookie in
// own-cookies.ts.
import type { StickyConfig } from "../../shared/site/sticky-schema.ts";
import type { Pin } from "./pin.ts";

export interface Sticky {
  /** Without the prefix that it has over https. */
  readonly cookie: string;
  readonly ttlMs: number;
  readonly when: StickyConfig["when"];
  /** As in a Set-Cookie field. */
  readonly sameSite: "Lax" | "Strict" | "None";
  /** Site and pool: a pin of another site or pool is none. Neither name can hold a line break. */
  readonly realm: string;
}

const SAME_SITE = { lax: "Lax", strict: "Strict", none: "None" } as const;

export const compileSticky = (siteName: string, poolId: string, config: StickyConfig): Sticky => ({
  cookie: config.cookie ?? `hg-${poolId}`,
  ttlMs: config.ttl,
  when: config.when,
  sameSite: SAME_SITE[config.sameSite],
  realm: `${siteName}\n${poolId}`,
});

/** The answer of an origin to a request. */
export interface Bearing {
  readonly origin: string;
  /** Whether it speaks for the origin, and not for keeping away from it. */
  readonly isGood: boolean;
}

/**
 * Is the client to be bound to the origin that has answered? Not if it is bound already, unless half of the time has passed; not if it
 * waits for its own origin; and not to an origin that has just failed.
 */
export function isPinDue(
  { ttlMs, when }: Pick<Sticky, "ttlMs" | "when">,
  pin: Pin | undefined,
  { origin, isGood }: Bearing,
  now: number,
): boolean {
  if (!isGood) return false;
  if (pin === undefined) return true;
  if (pin.origin === origin) return pin.expiresAt - now <= ttlMs / 2;
  return when === "rebind";
}
