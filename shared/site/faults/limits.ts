// Does a limit limit anything, and can it be counted as it asks?
import { LIMITED_BY_PLATFORM_MS, type LimitConfig } from "../limit-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

export interface PlacedLimit {
  readonly limit: LimitConfig;
  readonly keys: Keys;
  /** Of the limit, if it has none of its own. */
  readonly name: string;
}

/** In the order in which a reader meets them. */
export const limitsOf = (site: Site): PlacedLimit[] => [
  ...placed(site.limit, ["limit"], "site"),
  ...site.routes.flatMap((route, index) => placed(route.limit, ["routes", index, "limit"], route.id)),
];

/** One limit may be written without a list. The place of the only one in a list is also right then: it is looked for upwards. */
const placed = (limits: readonly LimitConfig[] | undefined, keys: Keys, name: string): PlacedLimit[] =>
  (limits ?? []).map((limit, at) => ({
    limit,
    keys: limits?.length === 1 ? keys : [...keys, at],
    name: limit.name ?? name,
  }));

export const limitFaults = (site: Site): Problem[] => [
  ...limitsOf(site).flatMap(({ limit, keys }) => faultsOf(limit, keys)),
  ...namesTakenTwice(limitsOf(site)),
];

function faultsOf(limit: LimitConfig, keys: Keys): Problem[] {
  const { rate, per, burst = rate, maxInFlight, cost } = limit;
  if (rate === undefined && per === undefined)
    return maxInFlight === undefined
      ? [problemAt(keys, "limits nothing; write `rate` and `per`, or `maxInFlight`")]
      : [];
  if (rate === undefined)
    return [problemAt([...keys, "per"], "needs a `rate`: how many requests in this time", { atKey: true })];
  if (per === undefined)
    return [problemAt([...keys, "rate"], "needs a time; write `per: 1m`", { atKey: true })];
  if (burst !== undefined && cost.request > burst)
    return [
      problemAt(
        [...keys, "cost"],
        `is more than there ever is (\`burst\`: ${burst}), so no request would pass`,
        {
          atKey: true,
        },
      ),
    ];
  return limit.strength === "platform" ? platformFaults(limit, keys) : [];
}

/** Its binding has a rate and a time that cannot be chosen for each request, and counts one for each question. */
function platformFaults({ rate, per = 0, burst = rate, cost }: LimitConfig, keys: Keys): Problem[] {
  const costs = [cost.request === 1 ? 0 : MAX_PLATFORM_COST + 1, ...Object.values(cost.statuses)];
  return [
    ...(LIMITED_BY_PLATFORM_MS.includes(per)
      ? []
      : [problemAt([...keys, "per"], "is not counted by the platform; write 10s or 1m", { atKey: true })]),
    ...(burst === rate
      ? []
      : [problemAt([...keys, "burst"], "is not known to the platform; leave it out", { atKey: true })]),
    ...(Math.max(...costs) <= MAX_PLATFORM_COST
      ? []
      : [
          problemAt(
            [...keys, "cost"],
            `cannot be had from the platform, where a request takes 1 and a status at most ${MAX_PLATFORM_COST} more`,
            { atKey: true },
          ),
        ]),
  ];
}

const MAX_PLATFORM_COST = 10;

/** Limits of one name share what they count, so they have to count alike. */
function namesTakenTwice(limits: readonly PlacedLimit[]): Problem[] {
  const first = new Map<string, PlacedLimit>();
  return limits.flatMap((placedLimit) => {
    const { limit, keys, name } = placedLimit;
    const earlier = first.get(name);
    if (!earlier) {
      first.set(name, placedLimit);
      return [];
    }
    if (!areMetByOneRequest(earlier, placedLimit) && settingsOf(limit) === settingsOf(earlier.limit))
      return [];
    const place = limit.name === undefined ? keys : [...keys, "name"];
    return [
      problemAt(
        place,
        `\`${name}\` is already the name of another limit; give each its own \`name\`, or the same settings on several routes to count them together`,
      ),
    ];
  });
}

/** Both limits of a list, and those of the site on each of its routes: such a request would be counted twice under one name. */
const areMetByOneRequest = ({ keys: [place, ...rest] }: PlacedLimit, { keys }: PlacedLimit): boolean =>
  place === "limit" || rest.slice(0, 2).join() === keys.slice(1, 3).join();

const settingsOf = ({ name: _name, ...settings }: LimitConfig): string => JSON.stringify(settings);
