// What is known of the origins of a site, for people: what the probes have found, and what operators have drained.
import type { Down, StoredOrigins } from "./origins-told.ts";
import type { Probed } from "./probed.ts";
import type { Probing } from "./probing.ts";

export interface OriginSeen {
  readonly pool: string;
  readonly origin: string;
  readonly drained: boolean;
  /** Null while it is good, or if it is not probed. */
  readonly down: Down | null;
  /** Null if it is not probed. */
  readonly probes: ProbesSeen | null;
}

export interface ProbesSeen {
  /** Since when it is good or down. */
  readonly since: number;
  readonly last: { readonly at: number; readonly ms: number; readonly because: string | null } | null;
  readonly lastFailure: { readonly at: number; readonly because: string } | null;
  readonly passed: number;
  readonly failed: number;
}

/** By name. In a rollout, an origin may be probed in two ways: the one that was told last is shown. */
export function originsSeen(told: StoredOrigins, { probed }: Probing): readonly OriginSeen[] {
  const byName = new Map<string, Probed>();
  for (const one of Object.values(probed)) if (!byName.has(one.name)) byName.set(one.name, one);
  const names = new Set([...byName.keys(), ...Object.keys(told)]);
  return [...names].sort().map((name) => {
    const [pool = "", origin = ""] = name.split("/");
    const { drained = false, down = null } = told[name] ?? {};
    const one = byName.get(name);
    return { pool, origin, drained, down, probes: one ? probesSeen(one) : null };
  });
}

const probesSeen = ({ since, last, lastFailure, passed, failed }: Probed): ProbesSeen => ({
  since,
  last: last ? { at: last.at, ms: last.ms, because: last.because ?? null } : null,
  lastFailure: lastFailure ?? null,
  passed,
  failed,
});

/** As it was received. The keeper may run another version of the code: what is something else is left out. */
export function readOriginsSeen(value: unknown): readonly OriginSeen[] {
  return Array.isArray(value) ? value.filter(isSeen) : [];
}

function isSeen(value: unknown): value is OriginSeen {
  if (typeof value !== "object" || value === null) return false;
  const { pool, origin, drained, down, probes } = value as Record<string, unknown>;
  return (
    typeof pool === "string" &&
    typeof origin === "string" &&
    typeof drained === "boolean" &&
    isOrNull(down, ({ since, because }) => Number.isFinite(since) && typeof because === "string") &&
    isOrNull(
      probes,
      ({ since, passed, failed, last, lastFailure }) =>
        [since, passed, failed].every(Number.isFinite) &&
        isOrNull(last, ({ at, ms }) => Number.isFinite(at) && Number.isFinite(ms)) &&
        isOrNull(lastFailure, ({ at, because }) => Number.isFinite(at) && typeof because === "string"),
    )
  );
}

export const isOrNull = (value: unknown, holds: (fields: Record<string, unknown>) => boolean): boolean =>
  value === null || (typeof value === "object" && holds(value as Record<string, unknown>));
