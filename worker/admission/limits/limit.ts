// A limit as requests are held to it, compiled from the site file once. Pure.
import { shortHash } from "../../../shared/short-hash.ts";
import type { LimitBy, LimitConfig } from "../../../shared/site/limit-schema.ts";
import type { Site, SiteRoute } from "../../../shared/site/schema.ts";
import { formatDuration } from "../../../shared/site/units.ts";
import type { BucketShape } from "./bucket.ts";

export interface Limit {
  readonly name: string;
  readonly wants: string;
  /** Names what it counts: the same for every limit of the site that has this name and these settings. */
  readonly counts: string;
  readonly by: readonly LimitBy[];
  /** Null if only the requests under way are limited. */
  readonly rate: Rate | null;
  readonly maxInFlight: number | undefined;
  readonly observes: boolean;
  readonly fields: LimitConfig["fields"];
}

export interface Rate {
  readonly shape: BucketShape;
  readonly units: number;
  readonly perSeconds: number;
  readonly cost: number;
  /** What responses cost in addition, by status and by class: `401`, `4xx`. Null if they cost nothing. */
  readonly statuses: Readonly<Record<string, number>> | null;
  readonly strength: LimitConfig["strength"];
  readonly onMiss: boolean;
  readonly mustCount: boolean;
}

/** Those of the site, and then those of the route. Without a route, those of the site. */
export function compileLimits(
  site: Pick<Site, "hosts" | "limit">,
  route?: Pick<SiteRoute, "id" | "limit">,
): Limit[] {
  const [host = ""] = site.hosts;
  return [
    ...(site.limit ?? []).map((limit) => compileLimit(limit, host, SITE)),
    ...(route?.limit ?? []).map((limit) => compileLimit(limit, host, route?.id ?? SITE)),
  ];
}

/** The name of a limit of the site that has none of its own. */
export const SITE = "site";

function compileLimit(config: LimitConfig, site: string, place: string): Limit {
  const { name = place, by, maxInFlight, mode, fields } = config;
  const rate = compileRate(config);
  return {
    name,
    wants: wordsOf(config),
    counts: `${site} ${name} ${shortHash(JSON.stringify([rate?.shape ?? null, by]))}`,
    by,
    rate,
    maxInFlight,
    observes: mode === "observe",
    fields,
  };
}

function compileRate({ rate, per, burst = rate, cost, strength, when, onFailure }: LimitConfig): Rate | null {
  if (rate === undefined || per === undefined || burst === undefined) return null;
  return {
    shape: { perUnitMs: per / rate, burst },
    units: rate,
    perSeconds: Math.ceil(per / 1_000),
    cost: cost.request,
    statuses: Object.keys(cost.statuses).length > 0 ? cost.statuses : null,
    strength,
    onMiss: when === "miss",
    mustCount: onFailure === "refuse",
  };
}

function wordsOf({ rate, per, burst, by, cost, strength, when, maxInFlight, mode }: LimitConfig): string {
  const counted = [
    ...(rate === undefined || per === undefined
      ? []
      : [`${rate} per ${formatDuration(per)}${burst === undefined ? "" : `, ${burst} at once`}`]),
    ...(maxInFlight === undefined ? [] : [`${maxInFlight} under way`]),
  ];
  const costs = Object.entries(cost.statuses).map(([status, units]) => `${status} takes ${units}`);
  return [
    `${counted.join(", ")} by ${by.map(wordOf).join(" and ")}`,
    ...(cost.request === 1 ? [] : [`a request takes ${cost.request}`]),
    ...costs,
    ...(rate === undefined || strength === "memory" ? [] : [strength]),
    ...(when === "miss" ? ["on a miss only"] : []),
    ...(mode === "observe" ? ["observed only"] : []),
  ].join(", ");
}

const wordOf = (by: LimitBy): string => ("name" in by ? `${by.kind} ${by.name}` : by.kind);

/** What a response with this status takes in addition. */
export const costOfStatus = ({ statuses }: Rate, status: number): number =>
  statuses ? (statuses[status] ?? statuses[`${Math.floor(status / 100)}xx`] ?? 0) : 0;
