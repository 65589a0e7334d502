// Does the edge decide as a test in the site file expects? Reports every failed expectation, not only the first. An
// expectation about a step that was not reached fails too, because nothing was compared.
import type { Explanation, HeaderField, OriginRequestExplained } from "../../shared/explain.ts";
import type { SiteTest } from "../../shared/site/schema.ts";

export interface Failure {
  /** `status`, `request.headers.x-a`, …: the name in the file. */
  readonly expectation: string;
  readonly expected: string;
  readonly actual: string;
}

type Expected = SiteTest["expect"];
type ExpectedHeaders = Readonly<Record<string, string | boolean>> | undefined;

/** The value of a field, undefined if there is none; or why it cannot be known. */
interface Found {
  readonly value?: string | undefined;
  readonly unknown?: string;
}

interface Comparison extends Failure {
  readonly holds: boolean;
}

export function failuresOf(expect: Expected, found: Explanation): Failure[] {
  const compared = [
    ...compareRoute(expect, found),
    ...compareLimits(expect.limits, found),
    ...compareAnswer(expect, found),
    ...compareOrigins(expect.origins, found),
    ...compareRequest(expect.request, found),
    ...compareCache(expect, found),
  ];
  if (compared.length === 0)
    return [{ expectation: "expect", expected: "something to compare", actual: "it names nothing" }];
  return compared
    .filter(({ holds }) => !holds)
    .map(({ expectation, expected, actual }) => ({ expectation, expected, actual }));
}

/** If neither an origin nor the store answers. */
function whyNoOrigin({ refusal }: Explanation): string {
  return refusal
    ? `not reached: the request is refused (${refusal.reason})`
    : "not reached: the edge answers by itself";
}

function compareRoute({ route, reason }: Expected, { route: taken, refusal }: Explanation): Comparison[] {
  const none = `none (refused: ${refusal?.reason})`;
  return [...compare("route", route, taken?.id, none), ...compare("reason", reason, refusal?.reason, "none")];
}

/** In the order in which they are asked. */
function compareLimits(expected: readonly string[] | undefined, { admission }: Explanation): Comparison[] {
  const asked = admission.flatMap(({ name, which }) =>
    name === "limit" && which !== undefined ? [which] : [],
  );
  return compare("limits", expected && inOrder(expected), inOrder(asked), "none");
}

const inOrder = (names: readonly string[]): string => names.join(", ") || "none";

function compareAnswer({ status, location, headers }: Expected, found: Explanation): Comparison[] {
  const { answer, refusal } = found;
  const asOrigin = "an origin decides it";
  // This answer does not come from the site, so it says nothing about the file that contains the test.
  const elsewhere = refusal?.reason === "no-site" ? "not reached: no site serves this host" : undefined;
  const isOrigins = answer.status === null;
  const sent = fieldOf(answer.headers, "location");
  return [
    ...compare("status", status, answer.status, asOrigin),
    ...compare("location", location, sent, elsewhere ?? "none"),
    ...compareHeaders("headers", headers, (name) => {
      if (elsewhere !== undefined) return { unknown: elsewhere };
      const value = fieldOf(answer.headers, name);
      const isUnknown = isOrigins && value === undefined && !answer.removed.includes(name);
      return isUnknown ? { unknown: asOrigin } : { value };
    }),
  ];
}

/** In any order. */
function compareOrigins(expected: readonly string[] | undefined, found: Explanation): Comparison[] {
  const { pool } = found;
  const ids = pool?.firstChoice.map(({ origin }) => origin);
  return compare("origins", expected && listed(expected), ids && listed(ids), whyNoOrigin(found));
}

function compareRequest(expected: Expected["request"], found: Explanation): Comparison[] {
  if (!expected) return [];
  const { toOrigin } = found;
  const unreached = whyNoOrigin(found);
  return [
    ...compare("request.method", expected.method, toOrigin?.method, unreached),
    ...compareUrl(expected.url, found, unreached),
    ...compareHeaders("request.headers", expected.headers, (name) => {
      if (!toOrigin) return { unknown: unreached };
      return name === "host" ? hostSeen(found) : { value: fieldOf(toOrigin.headers, name) };
    }),
  ];
}

/** By every origin that may be the first choice. */
function hostSeen({ pool, toOrigin }: Explanation): Found {
  const first = new Set(pool?.firstChoice.map(({ origin }) => origin));
  const seen = toOrigin?.urls.filter(({ origin }) => first.has(origin)) ?? [];
  const hosts = [...new Set(seen.map(({ host }) => host))];
  return hosts.length === 1 ? { value: hosts[0] } : { unknown: `each origin sees its own: ${listed(hosts)}` };
}

/**
 * A single URL must be seen by every origin that may be the first choice. URLs by origin are compared for the origins
 * named.
 */
function compareUrl(
  expected: string | Readonly<Record<string, string>> | undefined,
  { toOrigin, pool }: Explanation,
  unreached: string,
): Comparison[] {
  if (typeof expected === "object") {
    return Object.entries(expected).flatMap(([origin, url]) =>
      compare(
        `request.url.${origin}`,
        url,
        toOrigin?.urls.find((one) => one.origin === origin)?.url,
        toOrigin ? "not asked: it is not in service in this pool" : unreached,
      ),
    );
  }
  const first = new Set(pool?.firstChoice.map(({ origin }) => origin));
  const seen = toOrigin?.urls.filter(({ origin }) => first.has(origin)) ?? [];
  const distinct = new Set(seen.map(({ url }) => url));
  return compare("request.url", expected, distinct.size === 1 ? [...distinct][0] : undefined, () =>
    toOrigin ? byOrigin(seen) : unreached,
  );
}

const byOrigin = (urls: OriginRequestExplained["urls"]): string =>
  urls.map(({ origin, url }) => `${url} at ${origin}`).join(", ") || "none in service";

function compareCache({ key, verdict }: Expected, found: Explanation): Comparison[] {
  const { cache } = found;
  const passedBy = cache?.passedBecause ? `the cache is not asked (${cache.passedBecause})` : undefined;
  const noVerdict =
    passedBy === undefined ? "the test gives no `stored` response" : `not reached: ${passedBy}`;
  const keyFound = cache ? (cache.key ?? "none") : undefined;
  return [
    ...compare("key", key === null ? "none" : key, keyFound, whyNoOrigin(found)),
    ...compare("verdict", verdict, cache?.stored?.verdict, cache ? noVerdict : whyNoOrigin(found)),
  ];
}

/** Compares nothing if nothing is expected. `otherwise` says why there is no actual value. */
function compare(
  expectation: string,
  expected: string | number | undefined,
  actual: string | number | null | undefined,
  otherwise: string | (() => string),
): Comparison[] {
  if (expected === undefined) return [];
  const words = actual ?? (typeof otherwise === "string" ? otherwise : otherwise());
  return [{ expectation, expected: String(expected), actual: String(words), holds: expected === actual }];
}

/** True and false ask whether the field is present. */
function compareHeaders(
  where: string,
  expected: ExpectedHeaders,
  find: (name: string) => Found,
): Comparison[] {
  return Object.entries(expected ?? {}).map(([name, wanted]) => {
    const { value, unknown } = find(name);
    const isAsked = typeof wanted === "boolean";
    return {
      expectation: `${where}.${name}`,
      expected: isAsked ? (wanted ? "present" : "absent") : wanted,
      actual: unknown ?? value ?? "absent",
      holds: unknown === undefined && (isAsked ? (value !== undefined) === wanted : value === wanted),
    };
  });
}

/** Several fields with the same name count as one, joined as HTTP joins them (RFC 9110 §5.3). */
function fieldOf(fields: readonly HeaderField[], name: string): string | undefined {
  const values = fields.flatMap(([each, value]) => (each === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(", ");
}

const listed = (names: readonly string[]): string => [...names].sort().join(", ") || "none";
