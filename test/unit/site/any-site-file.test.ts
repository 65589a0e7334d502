// A property, for whatever may stand in a site file: what passes the check compiles whole, answers requests and explains
// itself; what does not pass has at least one problem with a place; nothing ever throws. The files are the examples, with
// parts of them replaced, renamed, added, doubled or taken away.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { isSiteFile } from "../../../cli/site-files.ts";
import type { Problem } from "../../../shared/site/problem.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import type { Site } from "../../../shared/site/schema.ts";
import { validateSite } from "../../../shared/site/validate.ts";
import { warningsOf } from "../../../shared/site/warnings/warnings.ts";
import { failuresOf } from "../../../worker/explaining/expectations.ts";
import { explain } from "../../../worker/explaining/explain.ts";
import { factsOf } from "../../../worker/explaining/facts.ts";
import { compileWhole } from "../../../worker/routing/compile-whole.ts";
import { compareWithSchema } from "./beyond-the-schema.ts";
import { RICH } from "./rich-site.ts";

const SITES = path.join(import.meta.dirname, "../../../sites");
const files = [
  path.join(SITES, "demo.yaml"),
  ...readdirSync(path.join(SITES, "examples"))
    .filter(isSiteFile)
    .map((name) => path.join(SITES, "examples", name)),
];
const examples: readonly unknown[] = [RICH, ...files.map((file) => parse(readFileSync(file, "utf8")))];

/** Generated files for each property. With more of them the sweep leaves nothing out, which takes a minute. */
const RUNS = Number(process.env.SITE_FILE_RUNS ?? 150);
const SWEEPS_ALL = RUNS > 150;
/** Else each place is tried with a fifth of the texts, and each text at a fifth of the places. */
const SHARE = 5;

const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "then",
  "length",
  "X-A",
  "x-a",
  "id",
  "",
  "a b",
  "é",
  "\ud800",
  "content-length",
  "via",
];

const TEXTS = [
  ...NAMES,
  ..."* / // /* /** /:a /:constructor /:__proto__? /:a{ /:a{(} /:a{[a-z]+}/* /a/../b /%zz /%2F /é /?x /x#y".split(
    " ",
  ),
  ..."https://exa mple.com/x|https://:a.test/|https://*.test/|https://[::1/|https://[::1]:8/x|https://u:p@h.test/|http://h.test:99999/|//evil.test|https://ho\\st/x|https://日本.test/x|/日本/*|/\ud800".split(
    "|",
  ),
  ..."0s 0ms 1ms 10ms 1d 25000d 0.0001s -1s 0B 1GiB 2048GiB off strict remove 503 308 true null ~ .nan".split(
    " ",
  ),
  `${"9".repeat(400)}d`,
  ..."127.1 010.0.0.1 192.0.2.777 ::1 ::ffff:1.2.3.4 ::ffff:1.2.3.4/120 10.0.0.0/33 10.0.0.1/0 fe80::1%eth0 0/0".split(
    " ",
  ),
  ..."日本|a\r\nb|a\tb|\0|\u0085|a,b|a;b|a=b|*a*b*|{a}|%|:x".split("|"),
  ..."GET get TRACE FOO CONNECT DE XX D".split(" "),
];

const anything = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 1, -1, 1.5, 200, 204, 304, 308, 503, 1e300, Number.MAX_SAFE_INTEGER),
  },
  fc.constantFrom(null, true, false, [], {}, ["*"], ["x", "x"]),
  fc.constantFrom(...NAMES).map((name) => Object.fromEntries([[name, "x"]])),
  fc.string({ unit: "binary" }),
);

const change = fc.record({
  at: fc.nat(),
  how: fc.constantFrom("replace", "replace", "replace", "rename", "add", "double", "remove"),
  name: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ unit: "binary" })),
  value: anything,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function placesIn(holder: unknown): Place[] {
  if (typeof holder !== "object" || holder === null) return [];
  return Object.entries(holder).flatMap(([key, part]) => [
    { holder: holder as Place["holder"], key },
    ...placesIn(part),
  ]);
}

const isText = (holder: Place["holder"], key: string): boolean =>
  Object.entries(holder).some(([name, part]) => name === key && typeof part === "string");

/** As an own property, whatever it is called. */
const put = (holder: object, key: string, part: unknown) =>
  Object.defineProperty(holder, key, { value: part, enumerable: true, configurable: true, writable: true });

function changed(file: unknown, changes: readonly Change[]): unknown {
  const copy: unknown = structuredClone(file);
  for (const { at, how, name, value } of changes) {
    const part: unknown = structuredClone(value);
    const places = placesIn(copy);
    const place = places[at % Math.max(1, places.length)];
    if (!place) return copy;
    const { holder, key } = place;
    const before = Object.getOwnPropertyDescriptor(holder, key)?.value as unknown;
    if (how === "replace") put(holder, key, part);
    else if (Array.isArray(holder)) holder.push(how === "double" ? structuredClone(before) : part);
    else if (how === "remove") delete holder[key];
    else if (how === "rename") {
      delete holder[key];
      put(holder, name, before);
    } else put(holder, how === "double" ? key.toUpperCase() : name, how === "double" ? before : part);
  }
  return copy;
}

const urlsOf = ({ hosts, routes }: Site): string[] => {
  const host = (hosts[0] ?? "").replace("*", "any");
  const paths = routes
    .flatMap(({ match }) => match?.path ?? [])
    .map((pattern) =>
      encodeURI(
        pattern
          .replace(/\{[^/]*\}/g, "")
          .replace(/:(\w+)\??/g, "x1")
          .replaceAll("*", "a/b"),
      ),
    );
  return ["/", "/x?a=1&constructor=2", ...paths, ...paths.map((one) => one.replace(/\/x1$/, ""))].map(
    (one) => `https://${host}${one}`,
  );
};

function holdsFor(text: string, name: string): void {
  const read = readSiteFile(text, name);
  if (read.ok) {
    works(read.value.site);
    return;
  }
  for (const { line, column, file } of read.error) {
    expect([file, line >= 1, column >= 1]).toEqual([name, true, true]);
  }
  tells(read.error);
}

function tells(problems: readonly Problem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  for (const { message } of problems) {
    expect(message).not.toMatch(/bug of Headgate|^$/);
    expect(message, "proposes what it refuses").not.toMatch(/^is (`.+?`);.* \1|^is (an? .+?), not \2(;|$)/);
  }
}

function works(site: Site): void {
  const compiled = compileWhole(site, "v1");
  if (!compiled.ok) throw new Error(`passes and does not compile: ${JSON.stringify(compiled.error)}`);
  for (const { message } of warningsOf(site, () => "line 1"))
    expect(message).not.toContain("bug of Headgate");
  const asked = { method: "GET", ip: undefined, country: undefined, now: 1_800_000_000_000 };
  const stored = { status: 200, headers: [["cache-control", "max-age=60"]] as const, ageMs: 1_000 };
  for (const url of urlsOf(site)) {
    const headers = [["cookie", "constructor=1; a=2"]] as const;
    const { answer } = explain(compiled.value, factsOf({ ...asked, url, headers, stored }));
    const fields = new Headers(answer.headers as [string, string][]);
    new Response(answer.body, { status: answer.status ?? 200, headers: fields });
  }
  for (const { request, expect: expected, stored: given } of site.tests) {
    const held = given && { ...given, headers: Object.entries(given.headers), ageMs: given.age };
    const facts = { ...asked, ...request, headers: Object.entries(request.headers), stored: held };
    failuresOf(
      expected,
      explain(compiled.value, factsOf({ ...facts, ip: request.ip, country: request.country })),
    );
  }
}

describe("a site file, whatever it holds, passes and works, or has a problem with a place", () => {
  const anyFile = fc
    .tuple(fc.nat(examples.length - 1), fc.array(change, { maxLength: 4 }))
    .map(([example, changes]) => changed(examples[example], changes));

  it("whichever text stands in place of another", { timeout: 240_000 }, () => {
    const untested = { ...RICH, tests: [] };
    const places = [...placesIn(untested).entries()].filter(([, { holder, key }]) => isText(holder, key));
    expect(places.length).toBeGreaterThan(80);
    for (const [at] of places) {
      for (const [which, text] of TEXTS.entries()) {
        if (!SWEEPS_ALL && (at + which) % SHARE !== 0) continue;
        const value = changed(untested, [{ at, how: "replace", name: "", value: text }]);
        const read = validateSite(value);
        compareWithSchema(value, read.ok ? [] : read.error);
        if (read.ok) works(read.value);
        else tells(read.error);
      }
    }
  });

  it("as JSON", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        holdsFor(JSON.stringify(file), "any.json");
        const value: unknown = JSON.parse(JSON.stringify(file));
        const read = validateSite(value);
        compareWithSchema(value, read.ok ? [] : read.error);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it("as YAML", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyFile, (file) => holdsFor(stringify(file), "any.yaml")),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it("as any text", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => holdsFor(text, "any.yaml")),
      { numRuns: RUNS, seed: 1 },
    );
  });
});
