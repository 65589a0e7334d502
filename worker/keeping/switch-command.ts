// The switches of a site. They take effect within seconds on the whole edge, without another version of the site being published.
import { err, ok, type Result } from "../../shared/result.ts";

export interface Switches {
  /** Routes that lead to an origin answer 503 with Retry-After. Redirects and fixed responses go on. */
  readonly maintenance: Maintenance | null;
  /** Nothing is looked up in the cache or stored there, as with `cache: off` on every route. */
  readonly cacheOff: boolean;
  /** Everything answers 503: nothing that the site would say is sent. */
  readonly kill: boolean;
}

export interface Maintenance {
  readonly retryAfterSeconds: number;
}

export const NO_SWITCHES: Switches = { maintenance: null, cacheOff: false, kill: false };

export type SwitchCommand =
  | {
      readonly kind: "switch";
      readonly name: "maintenance";
      readonly on: true;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: "switch"; readonly name: "maintenance"; readonly on: false }
  | { readonly kind: "switch"; readonly name: "cacheOff" | "kill"; readonly on: boolean };

export type SwitchObjection = { readonly reason: "unknown-switch" } | { readonly reason: "bad-retry-after" };

export const DEFAULT_RETRY_AFTER_SECONDS = 300;
const MAX_RETRY_AFTER_SECONDS = 7 * 86_400;

/** The same object if the command changes nothing. */
export function applySwitch(switches: Switches, command: SwitchCommand): Result<Switches, SwitchObjection> {
  const { name, on } = command;
  if (typeof on !== "boolean") return err({ reason: "unknown-switch" });
  switch (name) {
    case "cacheOff":
    case "kill":
      return ok(switches[name] === on ? switches : { ...switches, [name]: on });
    case "maintenance": {
      if (!on) return ok(switches.maintenance === null ? switches : { ...switches, maintenance: null });
      const { retryAfterSeconds = DEFAULT_RETRY_AFTER_SECONDS } = command;
      if (!isRetryAfter(retryAfterSeconds)) return err({ reason: "bad-retry-after" });
      if (switches.maintenance?.retryAfterSeconds === retryAfterSeconds) return ok(switches);
      return ok({ ...switches, maintenance: { retryAfterSeconds } });
    }
    default:
      return err({ reason: "unknown-switch" });
  }
}

/** As it was stored or received. Undefined if it is something else. */
export function readSwitches(value: unknown): Switches | undefined {
  if (value === undefined) return NO_SWITCHES;
  if (typeof value !== "object" || value === null) return undefined;
  const { maintenance = null, cacheOff = false, kill = false } = value as Record<string, unknown>;
  if (typeof cacheOff !== "boolean" || typeof kill !== "boolean") return undefined;
  if (maintenance === null) return { maintenance, cacheOff, kill };
  if (typeof maintenance !== "object") return undefined;
  const { retryAfterSeconds } = maintenance as Record<string, unknown>;
  return isRetryAfter(retryAfterSeconds) ? { maintenance: { retryAfterSeconds }, cacheOff, kill } : undefined;
}

const isRetryAfter = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_RETRY_AFTER_SECONDS;
