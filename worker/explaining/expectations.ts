// Does the edge decide as a test in the site file expects? Every expectation that fails, not only the first.
import type { Explanation, HeaderField } from "../../shared/explain.ts";
import type { SiteTest } from "../../shared/site/schema.ts";

export interface Failure {
  /** `status`, `request.headers.x-a`, … as it stands in the file. */
  readonly expectation: string;
  readonly expected: string;
  readonly actual: string;
}

type Expected = SiteTest["expect"];

export function failuresOf(expect: Expected, found: Explanation): Failure[] {
  const check = (expectation: string, expected: unknown, actual: unknown): Failure[] =>
    expected === undefined || expected === actual
      ? []
      : [{ expectation, expected: inWords(expected), actual: inWords(actual) }];

  return [
    ...check("route", expect.route, found.route?.id ?? null),
    ...check("reason", expect.reason, found.refusal?.reason ?? null),
    ...checkStatus(expect.status, found),
    ...check("location", expect.location, fieldOf(found.answer.headers, "location") ?? null),
    ...checkHeaders("headers", expect.headers, found.answer.headers),
    ...checkOrigins(expect.origins, found),
    ...check("request.method", expect.request?.method, found.toOrigin?.method ?? null),
    ...check("request.url", expect.request?.url, found.toOrigin?.url ?? null),
    ...checkHeaders("request.headers", expect.request?.headers, found.toOrigin?.headers ?? []),
    ...check("key", expect.key, found.cache?.key ?? null),
    ...check("verdict", expect.verdict, found.cache?.stored?.verdict ?? null),
  ];
}

function checkStatus(expected: number | undefined, { answer }: Explanation): Failure[] {
  if (expected === undefined || expected === answer.status) return [];
  const actual = answer.status === null ? "an origin decides it" : String(answer.status);
  return [{ expectation: "status", expected: String(expected), actual }];
}

/** True and false ask whether the field is there at all. */
function checkHeaders(
  where: string,
  expected: Readonly<Record<string, string | boolean>> | undefined,
  fields: readonly HeaderField[],
): Failure[] {
  return Object.entries(expected ?? {}).flatMap(([name, wanted]) => {
    const actual = fieldOf(fields, name);
    if (typeof wanted === "boolean" ? (actual !== undefined) === wanted : actual === wanted) return [];
    return [
      {
        expectation: `${where}.${name}`,
        expected: typeof wanted === "boolean" ? (wanted ? "present" : "absent") : inWords(wanted),
        actual: actual === undefined ? "absent" : inWords(actual),
      },
    ];
  });
}

/** In any order. */
function checkOrigins(expected: readonly string[] | undefined, { pool }: Explanation): Failure[] {
  if (!expected) return [];
  const wanted = [...expected].sort().join(", ");
  const actual = (pool?.firstChoice ?? [])
    .map(({ origin }) => origin)
    .sort()
    .join(", ");
  return wanted === actual
    ? []
    : [{ expectation: "origins", expected: wanted || "none", actual: actual || "none" }];
}

/** Several fields of one name count as one, joined as HTTP joins them (RFC 9110 §5.3). */
function fieldOf(fields: readonly HeaderField[], name: string): string | undefined {
  const values = fields.flatMap(([each, value]) => (each === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(", ");
}

const inWords = (value: unknown): string => (value === null ? "none" : String(value));
