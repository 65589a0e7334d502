// A site behind `auth` in somebody's app: whatever the routers around it make of a path, nothing of the guarded part is had without a
// credential. Generated, and with what was stored for somebody else.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useEmbeddingApp } from "../support/embedding-app.ts";
import { useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { readings } from "../support/readings.ts";

const ANN = { "x-api-key": "ka" };
const PLACES = ["/hono", "/slashes", "/nested/deep", "/mounted", ""];

describe("a site behind auth in an app", () => {
  const origin = useOrigin((request, response) => {
    response.writeHead(200, { "cache-control": "max-age=600" }).end(`secret of ${request.url}`);
  });
  const app = useEmbeddingApp("guarded-app-entry.ts", { "http://origin-a.invalid": origin });
  beforeEach(() => {
    origin.seen = [];
  });

  it.each(PLACES)("below %j lets in who has a credential, and stores for no one else", async (place) => {
    const client = app.client();
    const path = `${place}/a`;
    for (const expected of ["fwd", "hit"])
      expect((await client.get(path, ANN)).header("cache-status")).toContain(`headgate; ${expected}`);
    const before = origin.seen.length;
    for (const [target, options] of [
      [path, {}],
      [path, { method: "HEAD" }],
      [path, { method: "POST", headers: { "x-http-method-override": "GET" } }],
      [path, { headers: { range: "bytes=0-1" } }],
      [path, { headers: { "x-api-key": "wrong" } }],
      [`${path}?k=`, {}],
      [`${place}/open/..%2fa`, {}],
      [`${place}/%61`, {}],
    ] as const) {
      const { status, text } = await client.ask(target, options);
      expect([target, [400, 401].includes(status), text.includes("secret")]).toEqual([target, true, false]);
    }
    const upgrade = `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;
    const raw = rawGet(path, "app.test", upgrade).replace("Connection: close", "Connection: Upgrade, close");
    expect((await sendRaw(app.url, raw)).status).toBe(401);
    const absolute = rawGet(`http://app.test${path}`, "other.test");
    expect((await sendRaw(app.url, absolute)).body).not.toContain("secret");
    expect(origin.seen).toHaveLength(before);
    expect((await client.get(`${place}/open/a`)).status).toBe(200);
  });

  it("gives the guarded part to no request of some thousands", { timeout: 120_000 }, async () => {
    const client = app.client();
    for (const place of PLACES) await client.get(`${place}/admin/x`, ANN);
    origin.seen = [];
    let opened = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(target, method, fields, async (path, verb, headers) => {
        const { status, text } = await client.ask(path, { method: verb, headers });
        if (status === 401) refused++;
        const [, stored] = /^secret of (\S+)/.exec(text) ?? [];
        const had = [
          ...origin.seen.splice(0).map(({ url }) => url),
          ...(stored === undefined ? [] : [stored]),
        ];
        opened += had.length;
        for (const url of had)
          expect(readings(url).filter(isGuarded), `${verb} ${path} got ${url}`).toEqual([]);
      }),
      { numRuns: 3_000, seed: 15 },
    );
    expect(opened).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(500);
  });
});

/** What is not below an open path, in one way to read it. A route takes its path with parameters too: servers that know them cut them. */
const isGuarded = (read: string): boolean =>
  !/^\/*(?:hono\/+|slashes\/+|nested\/+deep\/+)?open(?:\/|$)/.test(read.replace(/;[^/]*/g, ""));

const piece = fc.constantFrom(
  ...[
    "hono",
    "slashes",
    "nested",
    "deep",
    "mounted",
    "within",
    "own",
    "public",
    "open",
    "open",
    "open",
    "admin",
    "x",
  ],
  ...[
    "",
    ".",
    "..",
    "%2e%2e",
    ".%2e",
    "..;",
    "open;v=1",
    ";",
    "%2fopen",
    "open%2f..",
    "%6fpen",
    "OPEN",
    "open.",
    "open%00",
    "%5c..",
    "*",
  ],
);
const target = fc
  .tuple(
    fc.constantFrom(...PLACES, "/within/hono"),
    fc.array(piece, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("", "?", "?k=x", "?open=1"),
  )
  .map(([place, pieces, query]) => `${place}/${pieces.join("/")}${query}`);
const method = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "PROPFIND");
const fields = fc.dictionary(
  fc.constantFrom(
    ...[
      "authorization",
      "x-api-key",
      "x_api_key",
      "cookie",
      "x-original-url",
      "x-rewrite-url",
      "x-forwarded-prefix",
    ],
    ...["x-http-method-override", "range", "if-none-match", "cache-control", "origin", "x-forwarded-host"],
  ),
  fc.constantFrom(
    "",
    "wrong",
    "Bearer ka2",
    "/open/x",
    "GET",
    "bytes=0-1",
    "*",
    "only-if-cached",
    "open.test",
  ),
  { maxKeys: 3 },
);
