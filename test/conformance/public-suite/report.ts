// What the suite's results mean: counts beside those of other caches, and every test not passed with its reason.
import type { TestResult } from "./suite.ts";

export interface Counted {
  readonly cache: string;
  readonly required: number;
  readonly optimal: number;
}

export const OUT_OF = { required: 160, optimal: 105 };

/** Published results of the suite at b55b8bd (2026-07-20), dependencies honoured, browser-only tests left out. */
export const PUBLISHED: readonly Counted[] = [
  { cache: "Apache Traffic Server 9.2", required: 132, optimal: 70 },
  { cache: "Apache httpd 2.4", required: 131, optimal: 68 },
  { cache: "Squid 6.13", required: 122, optimal: 59 },
  { cache: "Caddy cache-handler 0.16", required: 121, optimal: 44 },
  { cache: "Varnish 7.7", required: 119, optimal: 45 },
  { cache: "nginx 1.28", required: 99, optimal: 59 },
  { cache: "Fastly (2025-12)", required: 96, optimal: 49 },
  { cache: "HAProxy 3.0", required: 89, optimal: 40 },
  { cache: "a Worker on caches.default alone", required: 101, optimal: 63 },
];

const INTERIM = "the runtime skips 1xx responses of an origin and cannot relay them";
const M_SEARCH = "the runtime answers 501 to M-SEARCH before the Worker runs";
const COMPRESSED = "Miniflare compresses for clients that accept it, and so drops Content-Length";

const SHORT_PART = "its origin sends five bytes as `bytes 4-9/10`, which are six (docs/decisions/0021)";

/** Why a test cannot be passed, where it cannot. */
export const OUT_OF_REACH: Readonly<Record<string, string>> = {
  "interim-not-cached": INTERIM,
  "interim-102": INTERIM,
  "interim-103": INTERIM,
  "interim-no-header-reuse": INTERIM,
  "invalidate-M-SEARCH": M_SEARCH,
  "invalidate-M-SEARCH-failed": M_SEARCH,
  "conditional-lm-fresh-no-lm": "it asks for a 304 where RFC 9111 §4.3.2 says 200 (docs/conformance.md)",
  "partial-store-partial-reuse-partial": SHORT_PART,
  "partial-store-partial-reuse-partial-absent": SHORT_PART,
  "partial-store-partial-reuse-partial-byterange": SHORT_PART,
  "partial-store-partial-reuse-partial-suffix": SHORT_PART,
  "headers-store-Transfer-Encoding":
    "its origin names a transfer coding that does not exist (docs/decisions/0030)",
  "headers-store-Content-Length": COMPRESSED,
  "304-etag-update-response-Content-Length": COMPRESSED,
};

const kindOf = ({ test }: TestResult) => test.kind ?? "required";

export function count(cache: string, results: readonly TestResult[]): Counted {
  const passed = (kind: string) =>
    results.filter((result) => kindOf(result) === kind && result.passed).length;
  return { cache, required: passed("required"), optimal: passed("optimal") };
}

export function table(rows: readonly Counted[]): string {
  const width = Math.max(...rows.map(({ cache }) => cache.length));
  const line = (cache: string, required: string, optimal: string) =>
    `${cache.padEnd(width)}  ${required.padStart(8)}  ${optimal.padStart(8)}`;
  return [
    line("cache", `of ${OUT_OF.required}`, `of ${OUT_OF.optimal}`),
    ...rows.map(({ cache, required, optimal }) => line(cache, String(required), String(optimal))),
  ].join("\n");
}

/** Required and optimal ones; "check" tests tell how a cache behaves and ask for nothing. */
export function notPassed(results: readonly TestResult[]): string[] {
  return results
    .filter((result) => !result.passed && kindOf(result) !== "check")
    .map((result) => {
      const reason = OUT_OF_REACH[result.test.id] ?? result.why;
      return `${kindOf(result)}  ${result.test.id}: ${reason}`;
    })
    .sort();
}
