// A response is stored because somebody said for how long it is good, and an error never takes the place of a page. Each
// case was a fault: a stale window was taken for a lifetime, and what could not be parsed for nothing.
import { describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

describe("stored by somebody's word", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  const aClient = (cache?: object, hosts?: string[]): Promise<EdgeClient> =>
    edge.site({
      ...(hosts && { hosts }),
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", ...(cache && { cache }) }],
    });
  function answers(status: number, fields: Record<string, string>, body: string): void {
    origin.answers((_request, response) => void response.writeHead(status, fields).end(body));
  }
  async function get(
    client: EdgeClient,
    fields: Record<string, string> = {},
  ): Promise<[number, string, string]> {
    const answer = await client.get("/page", fields);
    await edge.settled();
    const told = answer.header("cache-status") ?? "";
    return [answer.status, answer.text, told.replace("headgate; ", "").replace(/; fwd-status=\d+/, "")];
  }

  describe("a window is no lifetime", () => {
    for (const status of [500, 503, 429, 401, 403, 302, 307]) {
      for (const fields of [{}, { etag: '"1"', "last-modified": "Tue, 24 Nov 2026 11:00:00 GMT" }]) {
        it(`a ${status} with ${Object.keys(fields).join(" and ") || "nothing"} is the first client's alone`, async () => {
          const client = await aClient({ ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "1d" });
          answers(status, fields, "first");
          await get(client);
          answers(200, {}, "second");
          expect(await get(client)).toEqual([200, "second", "fwd=uri-miss; stored"]);
        });
      }
    }

    it("a page that says nothing of caching is not stored for the windows of the route", async () => {
      const client = await aClient({ staleWhileRevalidate: "1d", staleIfError: "1d" });
      answers(200, {}, "hello session=alice");
      await get(client);
      answers(200, {}, "hello session=bob");
      expect((await get(client))[1]).toBe("hello session=bob");
    });

    it("nor does one that is stored for its validator stand in for an origin that fails", async () => {
      const client = await aClient({ staleWhileRevalidate: "1d", staleIfError: "1d" });
      answers(200, { etag: '"alice"' }, "hello session=alice");
      await get(client);
      answers(503, {}, "down");
      expect((await get(client)).slice(0, 2)).toEqual([503, "down"]);
    });
  });

  describe("an error does not take the place of a page", () => {
    const WORDS: [what: string, fields: Record<string, string>, cache: object][] = [
      ["without a lifetime", {}, {}],
      ["with a lifetime of its own", { "cache-control": "max-age=600" }, {}],
      ["with the route's lifetime for errors", {}, { statusTtl: { "5xx": "10m" } }],
    ];
    for (const [what, fields, cache] of WORDS) {
      it(`a refresh that ends in a 503 ${what}`, async () => {
        const client = await aClient({ ttl: "1m", staleWhileRevalidate: "1d", ...cache });
        answers(200, {}, "page");
        await get(client);
        await edge.advance(61_000);
        answers(503, fields, "down");
        for (let n = 0; n < 3; n++) expect((await get(client)).slice(0, 2)).toEqual([200, "page"]);
      });
    }

    it("a refresh of a file in slices that ends in a 503 with a lifetime", async () => {
      const client = await aClient({ ttl: "1m", staleWhileRevalidate: "1d", slice: "64KiB" });
      const file = "x".repeat(65_536);
      const part = { etag: '"1"', "content-range": "bytes 0-65535/200000" };
      answers(206, part, file);
      const range = { range: "bytes=0-3" };
      expect((await get(client, range)).slice(0, 2)).toEqual([206, "xxxx"]);
      await edge.advance(61_000);
      answers(503, { "cache-control": "max-age=600" }, "down");
      for (let n = 0; n < 3; n++) expect((await get(client, range)).slice(0, 2)).toEqual([206, "xxxx"]);
    });
    it("one client's 503 hides none of the variants that are stored for others", async () => {
      const client = await aClient();
      answers(200, { "cache-control": "max-age=600", vary: "X-Tenant" }, "page of a");
      await get(client, { "x-tenant": "a" });
      answers(503, { "cache-control": "max-age=600" }, "down");
      expect(await get(client, { "x-tenant": "b" })).toEqual([
        503,
        "down",
        "fwd=vary-miss; detail=error-over-page",
      ]);
      expect((await get(client, { "x-tenant": "a" })).slice(0, 2)).toEqual([200, "page of a"]);
    });
    it("nor does a 503 that comes late to one who asked at the same time", async () => {
      const gate = aGate();
      const client = await aClient({}, ["at-once.test"]);
      const lifetime = { "cache-control": "max-age=600" };
      origin.answers(async (request, response) => {
        if (request.headers["if-none-match"] === undefined)
          return void response.writeHead(200, lifetime).end("page");
        await gate.opened;
        response.writeHead(503, lifetime).end("down");
      });
      const late = edge.client("at-once.test").get("/page", { "if-none-match": '"mine"' });
      await edge.until("it is at the origin", () => origin.seen.length === 1);
      expect((await client.get("/page")).text).toBe("page");
      await edge.until("the page is stored", ({ pendingWork }) => pendingWork === 0);
      gate.open();
      expect((await late).status).toBe(503);
      await edge.settled();
      expect(await get(client)).toEqual([200, "page", expect.stringContaining("hit")]);
    });
    it("nor the answer to a POST that failed, though it names the page", async () => {
      const client = await aClient();
      answers(200, { "cache-control": "max-age=600" }, "page");
      await get(client);
      const named = { "cache-control": "max-age=600", "content-location": "/page" };
      origin.answers((request, response) => {
        request.resume();
        response.writeHead(500, named).end("down");
      });
      await client.ask("/page", { method: "POST", body: "x" });
      await edge.settled();
      expect((await get(client)).slice(0, 2)).toEqual([200, "page"]);
    });
    it("an error with a lifetime is shown for that, and not for the windows of the route", async () => {
      const client = await aClient({ ttl: "1h", staleWhileRevalidate: "1d", staleIfError: "1d" });
      answers(503, { "cache-control": "max-age=60" }, "down");
      await get(client);
      await edge.advance(61_000);
      answers(200, {}, "page");
      expect((await get(client)).slice(0, 2)).toEqual([200, "page"]);
    });

    it("where no page is stored, an error with a lifetime is", async () => {
      const client = await aClient({ statusTtl: { "5xx": "10s" } });
      answers(503, {}, "down");
      await get(client);
      expect(await get(client)).toEqual([503, "down", expect.stringContaining("hit")]);
    });
  });

  describe("what cannot be parsed forbids", () => {
    for (const word of [
      'private=""',
      "private=",
      'private=","',
      'private= "x-user"',
      'private="x"y',
      "private; max-age=60",
      "private x-user",
      "private:x-user",
      "'private'",
      'x="a, private="b"',
      'x="a"b, private="c"',
    ]) {
      it(`${word} is private as a whole`, async () => {
        const client = await aClient();
        answers(200, { "cache-control": `max-age=60, ${word}` }, "alice");
        await get(client);
        answers(200, {}, "bob");
        expect((await get(client))[1]).toBe("bob");
      });
    }
    it('no-cache="" asks the origin each time', async () => {
      const client = await aClient();
      answers(200, { "cache-control": 'max-age=60, no-cache=""', etag: '"1"' }, "one");
      await get(client);
      await get(client);
      expect(origin.seen[1]?.headers["if-none-match"]).toBe('"1"');
    });
    for (const word of ["public=bad", "no-transform; must-revalidate", "s-maxage=60s", 'public, x="open']) {
      it(`${word} gives no leave to store what was asked for with credentials`, async () => {
        const client = await aClient({ ttl: "1h" });
        answers(200, { "cache-control": `max-age=60, ${word}` }, "alice");
        await get(client, { authorization: "Basic YTpi" });
        answers(200, {}, "bob");
        expect((await get(client))[1]).toBe("bob");
      });
    }
    for (const field of ["headgate-cache-control", "cdn-cache-control", "surrogate-control"]) {
      for (const word of ["Private", "No-Store", "private=", 'private="', "no-store, max-age=x"]) {
        it(`${field}: ${word} is no dictionary, and forbids all the same`, async () => {
          const client = await aClient({ ttl: "1h" });
          answers(200, { "cache-control": "public, max-age=60", [field]: word }, "alice");
          await get(client);
          answers(200, {}, "bob");
          expect((await get(client))[1]).toBe("bob");
        });
      }
    }
    const VARY = [
      "Accept-Encoding User-Agent",
      '"Accept"',
      "(none)",
      "foo, b@r",
      "foo;bar",
      "accept:encoding",
      "é",
    ];
    for (const vary of VARY) {
      it(`Vary: ${vary} passes, and is not stored`, async () => {
        const client = await aClient({ ttl: "1h" });
        answers(200, { vary: Buffer.from(vary).toString("latin1") }, "one");
        for (let n = 0; n < 2; n++) {
          expect(await get(client)).toEqual([200, "one", "fwd=uri-miss; detail=vary-malformed"]);
        }
      });
    }
    it("a 304 that brings such a Vary renews nothing, and the next request is answered too", async () => {
      const client = await aClient();
      answers(200, { "cache-control": "max-age=60", etag: '"1"' }, "page");
      await get(client);
      await edge.advance(61_000);
      answers(304, { vary: "a b", etag: '"1"' }, "");
      expect((await get(client)).slice(0, 2)).toEqual([200, "page"]);
      answers(200, {}, "new");
      expect((await get(client)).slice(0, 2)).toEqual([200, "new"]);
    });
  });

  describe("a 304", () => {
    for (const status of [404, 301, 410, 204]) {
      it(`is not asked for about a stored ${status}`, async () => {
        const client = await aClient();
        answers(status, { "cache-control": "max-age=60", etag: '"1"', location: "/" }, "");
        await get(client);
        await edge.advance(61_000);
        answers(200, {}, "back");
        expect((await get(client)).slice(0, 2)).toEqual([200, "back"]);
        expect(origin.last.headers["if-none-match"]).toBeUndefined();
      });
    }
    it("about another version, by its date, makes the edge ask for the whole", async () => {
      const client = await aClient();
      const dated = (at: string) => ({ "last-modified": `Tue, 24 Nov 2026 ${at}:00 GMT` });
      answers(200, { "cache-control": "max-age=60", ...dated("11:00") }, "old");
      await get(client);
      await edge.advance(61_000);
      origin.answers((request, response) => {
        if (request.headers["if-modified-since"]) response.writeHead(304, dated("11:30")).end();
        else response.writeHead(200, dated("11:30")).end("new");
      });
      expect((await get(client)).slice(0, 2)).toEqual([200, "new"]);
    });
    it("that nobody asked for is no answer", async () => {
      const client = await aClient();
      answers(304, {}, "");
      const answer = await client.get("/page");
      expect([answer.status, answer.json().title]).toEqual([502, "unasked-not-modified"]);
      expect(answer.header("proxy-status")).toContain("error=http_protocol_error");
      const off = await aClient("off" as unknown as object);
      expect((await off.get("/page")).status).toBe(502);
      expect((await off.ask("/page", { method: "HEAD" })).status).toBe(502);
      const sliced = await aClient({ slice: "64KiB" });
      expect((await sliced.get("/page")).status).toBe(502);
    });
    it("that nobody asked for is an error, for which a page stands in that may", async () => {
      for (const [cache, status] of [
        [{ staleIfError: "1h" }, 200],
        [{}, 502], // for a day only where the origin is cut off, and this one answers
      ] as const) {
        const client = await aClient(cache);
        answers(200, { "cache-control": "max-age=60" }, "page");
        await get(client);
        await edge.advance(61_000);
        answers(304, {}, "");
        expect((await get(client))[0]).toBe(status);
        expect((await client.ask("/page", { method: "HEAD" })).status).toBe(status);
      }
    });
    it("with the strong form of a weak tag renews the bytes, which keep the weak one", async () => {
      const client = await aClient();
      const first = { "cache-control": "max-age=60", etag: 'W/"1"', "content-encoding": "x-own" };
      answers(200, first, "squeezed");
      await get(client);
      await edge.advance(61_000);
      answers(304, { "cache-control": "max-age=600", etag: '"1"' }, "");
      expect((await get(client)).slice(0, 2)).toEqual([200, "squeezed"]);
      const renewed = await client.get("/page", { range: "bytes=0-1", "if-range": '"1"' });
      expect([renewed.status, renewed.text, renewed.header("etag")]).toEqual([200, "squeezed", 'W/"1"']);
    });
    for (const unasked of [206, 412, 416]) {
      it(`and a ${unasked} that nobody asked for is the client's, and stored for no one`, async () => {
        const client = await aClient({ ttl: "1h", statusTtl: { "4xx": "1h" } });
        answers(unasked, { "cache-control": "max-age=600", "content-range": "bytes 0-2/10" }, "one");
        expect((await get(client)).slice(0, 2)).toEqual([unasked, "one"]);
        answers(200, {}, "page");
        expect((await get(client)).slice(0, 2)).toEqual([200, "page"]);
      });
    }
    it("that the client asked for is its own", async () => {
      const client = await aClient();
      answers(304, { etag: '"mine"' }, "");
      expect((await client.get("/page", { "if-none-match": '"mine"' })).status).toBe(304);
    });
  });
});
