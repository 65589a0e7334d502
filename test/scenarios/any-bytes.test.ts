// Generated requests and answers, byte for byte over raw sockets: whatever comes, the edge has no bug, and no client gets
// an answer that was made for another.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

const edge = useEdge();
const origin = useRawOrigin();
const HOST = "any.test";

beforeAll(() =>
  edge.site({
    hosts: [HOST],
    pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
    routes: [
      { id: "off", match: { path: "/off/*" }, cache: "off", to: "web" },
      {
        id: "keyed",
        match: { path: "/keyed/*" },
        to: "web",
        cache: { key: { header: ["x-user"], cookie: ["user"] } },
      },
      {
        id: "guarded",
        match: { path: "/guarded/*", not: { cookie: { user: true } } },
        to: "web",
        cache: { ttl: "1h", bypass: { cookies: ["user"] } },
      },
      { id: "rest", to: "web", cache: { vary: { "accept-language": ["de", "en"] } } },
    ],
  }),
);

let paths = 0;
const newPath = (route: string): string => `/${route}/${++paths}`;

/** A field value: any byte that HTTP allows in one, with more of those that mean something. */
const byte = fc.oneof(
  fc.constantFrom(...'=;,"\\ \t:/-*q=1'),
  fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  fc.constantFrom(
    "\xc3\xa9",
    "\xef\xbf\xbd",
    "user=",
    "de",
    "en;q=0.5",
    "bytes=0-1",
    'W/"a"',
    "max-age=60",
    "no-store",
  ),
);
const value = fc.string({ unit: byte, maxLength: 24 }).map((text) => text.trim());

/** Values that differ in little. */
const likeValues = fc
  .tuple(value, fc.array(byte, { minLength: 2, maxLength: 4 }), value)
  .map(([before, differences, after]) => differences.map((one) => `${before}${one}${after}`.trim()));

const linesOf = (fields: readonly (readonly [string, string])[]): string =>
  fields.map(([name, text]) => `${name}: ${text}\r\n`).join("");

const REQUEST_FIELDS = [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Cache-Control",
  "CDN-Loop",
  "Connection",
  "Cookie",
  "Forwarded",
  "If-Modified-Since",
  "If-None-Match",
  "If-Range",
  "Pragma",
  "Range",
  "Referer",
  "User-Agent",
  "Via",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Request-Id",
  "X-User",
  "X_User",
  "Proxy",
  "X-Invoke-Path",
];
const RESPONSE_FIELDS = [
  "Age",
  "Cache-Control",
  "CDN-Cache-Control",
  "Content-Disposition",
  "Content-Language",
  "Content-Location",
  "Content-Type",
  "Date",
  "ETag",
  "Expires",
  "Last-Modified",
  "Link",
  "Location",
  "Set-Cookie",
  "Surrogate-Control",
  "Via",
  "X-Any",
];
const fieldsOf = (names: readonly string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 });
const route = fc.constantFrom("off", "keyed", "guarded", "rest");

const settings = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 20_000 });

describe("whatever bytes a client puts into its fields", () => {
  it("the edge forwards or refuses, and has no bug", async () => {
    await fc.assert(
      fc.asyncProperty(route, fieldsOf(REQUEST_FIELDS), async (where, fields) => {
        const path = newPath(where);
        origin.answers = () =>
          "HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok";
        for (const _twice of [1, 2]) {
          const { status } = await sendRaw(edge.url, rawGet(path, HOST, linesOf(fields)));
          expect(status).toBeOneOf([200, 206, 304, 400, 404, 416, 504]);
        }
      }),
      settings(150),
    );
    expect(edge.output).toEqual([]);
  }, 60_000);

  it("nobody gets the page of somebody else by whom it varies", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("X-User", "Cookie", "Accept-Language"),
        fc.boolean(),
        likeValues,
        async (name, varies, values) => {
          const path = newPath(varies ? "rest" : "keyed");
          if (!varies && name === "Accept-Language") return;
          const sent = values.map((text) => (name === "Cookie" ? `user=${text}` : text));
          const told = (asked: string) => new RegExp(`^${name}: ?(.*?)\r$`, "im").exec(asked)?.[1] ?? "";
          origin.answers = (asked) => {
            const vary = varies ? `Vary: ${name}\r\n` : "";
            return `HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\n${vary}Content-Length: ${told(asked).length}\r\n\r\n${told(asked)}`;
          };
          for (const text of [...sent, ...sent]) {
            const { body } = await sendRaw(edge.url, rawGet(path, HOST, `${name}: ${text}\r\n`));
            if (body !== text) expect(meaning(name, body)).toEqual(meaning(name, text));
          }
        },
      ),
      settings(120),
    );
    expect(edge.output).toEqual([]);
  }, 60_000);
});

/** What two values of the field must have in common to share a page. */
function meaning(name: string, text: string): unknown {
  const counts = name === "Cookie" ? (text.split(/;|, /)[0] ?? "").trim() : text.replace(/\s*,\s*/g, ",");
  if (Buffer.from(counts, "latin1").toString("utf8").includes("\uFFFD")) return { noneBut: text };
  return name === "Accept-Language" ? "compared by meaning" : counts;
}

describe("whatever bytes an origin puts into its fields", () => {
  it("they are as right for the second client as for the first", async () => {
    await fc.assert(
      fc.asyncProperty(route, fieldsOf(RESPONSE_FIELDS), async (where, fields) => {
        const path = newPath(where);
        origin.answers = () =>
          `HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\n${linesOf(fields)}Content-Length: 2\r\n\r\nok`;
        for (const _twice of [1, 2]) {
          const { status, head } = await sendRaw(edge.url, rawGet(path, HOST));
          expect(status).toBe(200);
          for (const [name, text] of fields) {
            if (/^(Content-Disposition|Content-Type|Link|X-Any)$/.test(name) && /[\x80-\xff]/.test(text))
              expect(head).toContain(text);
          }
        }
      }),
      settings(150),
    );
    const { warnings } = await edge.settled();
    expect([edge.output, warnings]).toEqual([[], []]);
  }, 60_000);
});
