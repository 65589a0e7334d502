// Requests at random, of which none may reach the guarded part of an origin.
import fc from "fast-check";
import { expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { readings } from "../support/readings.ts";

const edge = useEdge();
const origin = useOrigin((_request, response) => {
  response.writeHead(200, { "cache-control": "public, max-age=600" }).end("content");
});

const PIECES = [
  ...[
    "/",
    "/",
    "/",
    "//",
    "admin",
    "%61dmin",
    "adm%69n",
    "%61%64%6D%69%6e",
    "ad",
    "min",
    "x",
    "public",
    "a b",
  ],
  ...[
    "..",
    ".",
    "%2e%2e",
    "%2E",
    ".%2e",
    "...",
    ";",
    ";v=1",
    "%3b",
    "%3B=",
    "%2f",
    "%2F",
    "%5c",
    "\\",
    "%00",
    "%0a",
    "%",
  ],
  ...["%2561dmin", "%252f", "%c0%af", "é", "*", ":", "@", "%40", "?", "#"],
];
const path = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 })
  .map((pieces) => `/${pieces.join("")}`.replaceAll(/[ #é]/g, encodeURI));
const guarded = fc
  .tuple(path, fc.constantFrom("/admin", "/admin/x", "admin", "/../admin/y"))
  .map((all) => all.join(""));
const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      "x-forwarded-for",
      "x-real-ip",
      "forwarded",
      "cf-connecting-ip",
      "true-client-ip",
      "x-original-url",
      "x-rewrite-url",
    ],
    ...["x-http-method-override", "range", "if-none-match", "cache-control", "x-knock", "cookie", "origin"],
  ),
  fc.constantFrom(
    "192.0.2.1",
    "for=192.0.2.1",
    "/public",
    "GET",
    "bytes=0-1",
    "*",
    "only-if-cached",
    "please",
    "a=b",
  ),
  { maxKeys: 4 },
);
const method = fc.constantFrom("GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "QUERY", "PROPFIND");

it("no request of some thousands gets past an access rule", { timeout: 120_000 }, async () => {
  const client = await edge.site({
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [
      {
        id: "admin",
        match: { path: "/admin/*" },
        access: { allow: { ip: "192.0.2.0/24" } },
        cache: {},
        to: "web",
      },
      { id: "rest", cache: {}, to: "web" },
    ],
  });
  let passed = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(path, guarded), method, headers, async (target, verb, fields) => {
      const { status } = await client.ask(target, { method: verb, headers: fields });
      if (status === 403) refused++;
      for (const { url } of origin.seen.splice(0)) {
        passed++;
        expect(readings(url).filter(isGuarded), `${verb} ${target} went out as ${url}`).toEqual([]);
      }
    }),
    { numRuns: 4_000, seed: 1 }, // the counts below would differ from run to run
  );
  // Both happen often enough to mean something.
  expect(passed).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

const isGuarded = (read: string): boolean => /^\/admin(?:\/|$)/.test(read);
