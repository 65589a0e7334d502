// What do two versions of a site decide about the same request, and where do they differ? Pure.
import type { Explanation, HeaderField, OriginUrlExplained } from "../../shared/explain.ts";
import type { SiteTest } from "../../shared/site/schema.ts";
import { compileSite } from "../../worker/compile-site.ts";
import { explainBriefly } from "../../worker/explaining/explain.ts";
import { factsOf, type ImaginedRequest } from "../../worker/explaining/facts.ts";
import { askedIn, readRequest } from "../../worker/routing/read-request.ts";
import type { CompiledSite } from "../../worker/site.ts";
import { pickSite } from "../load-sites.ts";
import { percent } from "../printing/percent.ts";
import type { ComparedSite } from "./site-changes.ts";

export interface Difference {
  /** `route`, `cache key`, `to the origin: x-a`, … */
  readonly what: string;
  /** Null if there is none. */
  readonly a: string | null;
  readonly b: string | null;
}

export interface ComparedRequest {
  readonly method: string;
  readonly url: string;
  /** Whether one of the two serves its host. */
  readonly isServed: boolean;
  readonly differences: readonly Difference[];
}

/** Both have the same name here: of two versions of one file the name alone would differ in what the origin is sent. */
const SOME_VERSION = "0";

export function comparedRequests(
  [a, b]: readonly [ComparedSite, ComparedSite],
  requests: readonly ImaginedRequest[],
): ComparedRequest[] {
  const [first, second] = [compiled(a), compiled(b)];
  return requests.map((request) => {
    const found = [first(request), second(request)];
    const [before, after] = found.map(aspectsOf);
    return {
      method: request.method,
      url: request.url,
      isServed: found.some(({ site }) => site !== null),
      differences: differencesOf(before ?? new Map(), after ?? new Map()),
    };
  });
}

export const requestOf = ({ request, stored }: SiteTest, now: number): ImaginedRequest => ({
  method: request.method,
  url: request.url,
  headers: Object.entries(request.headers),
  ip: request.ip,
  country: request.country,
  asn: request.asn,
  lists: request.lists,
  usedUp: request.usedUp,
  claims: request.claims,
  now,
  stored: stored && { status: stored.status, headers: Object.entries(stored.headers), ageMs: stored.age },
});

function compiled({ site }: ComparedSite): (request: ImaginedRequest) => Explanation {
  let known: CompiledSite | undefined;
  return (request) => {
    const facts = factsOf(request);
    const asked = askedIn(readRequest(facts.line, facts.peer));
    const isServed = asked && pickSite([{ site }], asked.host) !== undefined;
    known ??= compileSite(site, SOME_VERSION);
    return explainBriefly(isServed ? known : undefined, facts);
  };
}

type Aspects = ReadonlyMap<string, readonly string[]>;

function differencesOf(a: Aspects, b: Aspects): Difference[] {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.flatMap((what) => {
    const [before, after] = [a, b].map((aspects) => aspects.get(what) ?? []);
    if (!before || !after || before.join("\n") === after.join("\n")) return [];
    return [{ what, a: apartFrom(before, after), b: apartFrom(after, before) }];
  });
}

/** Of several parts those that the other does not have; if only the order differs, all of them. */
function apartFrom(own: readonly string[], other: readonly string[]): string | null {
  const parts = own.filter((part) => !other.includes(part));
  const isReordered = parts.length === 0 && other.every((part) => own.includes(part));
  const shown = isReordered ? own : parts;
  return shown.length === 0 ? null : shown.join("; ");
}

/** All that is decided, by name. */
function aspectsOf(found: Explanation): Aspects {
  const { route, refusal, toOrigin, cache, pool, answer, log } = found;
  const aspects: [name: string, value: string | readonly string[] | null | undefined][] = [
    ["route", route?.id],
    ["refused", refusal && `${refusal.status} ${refusal.reason}`],
    ["status", answer.status === null ? undefined : String(answer.status)],
    ["to the origin", toOrigin && `${toOrigin.method} ${toOrigin.url}`],
    ...fields("to the origin", toOrigin?.headers ?? []),
    [
      "to the origin: host",
      toOrigin?.urls.filter(isOtherHost).map(({ origin, host }) => `${origin} ${host}`),
    ],
    ["cache", cache?.passedBecause && `not asked (${cache.passedBecause})`],
    ["cache key", cache?.key],
    ["cache rules", cache?.notes],
    ["stored", cache?.stored && `${cache.stored.verdict} (${cache.stored.because})`],
    ["pool", pool?.id],
    ["origins", pool?.firstChoice.map(({ origin, url, share }) => `${origin} ${url} ${percent(share)}`)],
    ["failover", pool?.failover.map(({ tier, origins }) => `tier ${tier}: ${origins.join(", ")}`)],
    ["attempts", pool && String(pool.attempts)],
    ["time-outs", pool?.timeouts],
    ["mirror", pool?.mirror && `${percent(pool.mirror.share)} to ${pool.mirror.pool}`],
    ...fields("answer", answer.headers),
    ["answer without", [...answer.removed].sort()],
    ["body", answer.body],
    ["security", answer.security],
    ["logged", `${percent(log.share)} ${log.format}`],
  ];
  return new Map(
    aspects.flatMap(([name, value]) => (value ? [[name, typeof value === "string" ? [value] : value]] : [])),
  );
}

/** The host of its URL is told with the origins. */
const isOtherHost = ({ isOwnHost }: OriginUrlExplained): boolean => !isOwnHost;

/** A field of several lines is one aspect. */
function fields(of: string, headers: readonly HeaderField[]): [name: string, value: readonly string[]][] {
  const byName = Map.groupBy(headers, ([name]) => name);
  return [...byName]
    .filter(([name]) => name !== "date")
    .map(([name, lines]) => [`${of}: ${name}`, lines.map(([, value]) => value)]);
}
