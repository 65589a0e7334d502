// Whatever text an origin sends: nothing throws, and what is malformed never makes a response storable that was not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectionToStoring, type StorageObjection } from "../../../worker/caching/law/storable.ts";
import { termsOf } from "../../../worker/caching/law/terms.ts";
import { toEntry } from "../../../worker/caching/law/to-entry.ts";
import { NOW, someRules } from "./an-entry.ts";

interface Response {
  readonly method: string;
  readonly status: number;
  readonly directives: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization: boolean;
  readonly config: number;
}

const CONFIGS = [
  {},
  { ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "1d" },
  { defaultTtl: "1m", staleWhileRevalidate: "1d" },
  { statusTtl: { "5xx": "10s" }, setCookie: "store" },
  { staleWhileRevalidate: "1d", staleIfError: "1d", staleDespiteSMaxage: true },
] as const;
const RULES = CONFIGS.map((config) => someRules(config));

function objection({ method, status, directives, fields, authorization, config }: Response) {
  const headers = new Headers(fields);
  if (directives.length > 0) headers.set("cache-control", directives.join(", "));
  return objectionTo(headers, { method, status, authorization, config });
}

function objectionTo(
  headers: Headers,
  { method, status, authorization, config }: Omit<Response, "directives" | "fields">,
): StorageObjection | undefined {
  const rules = RULES[config] ?? someRules();
  return objectionToStoring({
    method,
    requestHeaders: new Headers(authorization ? { authorization: "Basic YTpi" } : {}),
    path: "/page",
    status,
    headers,
    terms: () => termsOf({ status, headers, receivedAt: NOW }, rules),
    rules,
    contentLocationIsTarget: true,
  });
}

const status = fc.constantFrom(200, 203, 204, 206, 299, 301, 302, 401, 403, 404, 410, 429, 500, 503, 599);
const WELL_FORMED = [
  ...["public", "private", "no-store", "no-cache", "must-revalidate", "proxy-revalidate", "must-understand"],
  ...["max-age=0", "max-age=60", "s-maxage=0", "s-maxage=60", 'max-age="60"', "stale-if-error=60"],
  ...[
    "stale-while-revalidate=60",
    'private="x-a"',
    'no-cache="x-a, x-b"',
    "private=set-cookie",
    "no-transform",
  ],
  ...['ext="a, max-age=60, public, b"', "ext=1", 'ext="\\""', 'ext=", private, b"'],
];
const response: fc.Arbitrary<Response> = fc.record({
  method: fc.constantFrom("GET", "GET", "POST"),
  status,
  directives: fc.uniqueArray(fc.constantFrom(...WELL_FORMED), { maxLength: 4 }),
  fields: fc.dictionary(fc.constantFrom("etag", "last-modified", "set-cookie", "vary"), fc.constant("a"), {
    noNullPrototype: true,
  }),
  authorization: fc.boolean(),
  config: fc.nat(CONFIGS.length - 1),
});

const NAMES = [
  ...[
    "public",
    "private",
    "no-store",
    "no-cache",
    "must-revalidate",
    "must-understand",
    "max-age",
    "s-maxage",
  ],
  ...["stale-while-revalidate", "stale-if-error", "ext"],
];
const junk = fc.string({ unit: fc.constantFrom(...'ab1-=";: \\/()\t\u00e9'), maxLength: 12 });
/** By a grammar of its own: token [ "=" ( token / quoted-string ) ], or nothing. */
const isDirective = (text: string): boolean =>
  /^[ \t]*([\w!#$%&'*+.^`|~-]+(=([\w!#$%&'*+.^`|~-]+|"([^"\\]|\\.)*"))?)?[ \t]*$/.test(text);
const malformed: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...["max-age=abc", "max-age=-1", "max-age=1.5", "max-age=", "max-age", "s-maxage=x", "s-maxage= 60"],
    ...["public=bad", 'public=""', "must-revalidate=1", "must-understand=x", "stale-while-revalidate=x"],
    ...['private=""', "private=", 'private=","', 'private= "x"', 'no-cache=""', "stale-if-error=1e9"],
  ),
  fc
    .tuple(fc.constantFrom(...NAMES), junk)
    .map(([name, text]) => name + text)
    .filter((text) => !isDirective(text)),
  junk.filter((text) => !isDirective(text)),
);

describe("what is malformed never makes storable what was not", () => {
  it("among the directives", () => {
    const property = fc.property(response, malformed, fc.nat(4), (given, text, at) => {
      fc.pre(objection(given) !== undefined);
      const directives = [...given.directives.slice(0, at), text, ...given.directives.slice(at)];
      expect(objection({ ...given, directives })).toBeDefined();
    });
    fc.assert(property, { seed: 1, numRuns: 4_000 });
  });

  it("in a targeted field that is no dictionary, and in Vary, Expires or Age", () => {
    const name = fc.constantFrom("cdn-cache-control", "surrogate-control", "vary", "expires", "age", "date");
    const property = fc.property(response, name, malformed, (given, field, text) => {
      fc.pre(objection(given) !== undefined && given.fields[field] === undefined);
      const value = field.endsWith("-control") ? `Max-Age=60, public, ${text}` : text;
      expect(objection({ ...given, fields: { ...given.fields, [field]: value } })).toBeDefined();
    });
    fc.assert(property, { seed: 1, numRuns: 4_000 });
  });
});

it("no text of a response throws, when it is judged and when it is stored", () => {
  const text = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) });
  const value = text.map((any) => any.replace(/[\r\n]/g, " "));
  const name = fc.constantFrom(
    ...[
      "cache-control",
      "cdn-cache-control",
      "surrogate-control",
      "headgate-cache-control",
      "vary",
      "expires",
    ],
    ...["date", "age", "etag", "last-modified", "content-range", "content-location", "content-length"],
  );
  const property = fc.property(fc.dictionary(name, value), response, (fields, given) => {
    const headers = new Headers(fields);
    objectionTo(headers, given);
    const received = {
      status: given.status,
      statusText: "",
      headers,
      requestedAt: NOW,
      receivedAt: NOW,
      revision: 0,
    };
    const { terms } = toEntry(received, RULES[given.config] ?? someRules(), { host: "a.test", path: "/" });
    for (const ms of Object.values(terms).filter((term) => typeof term === "number")) {
      expect(ms).toBeGreaterThanOrEqual(0);
    }
  });
  fc.assert(property, { seed: 1, numRuns: 2_000 });
});
