// What one client sends must not change what another is given: web cache deception, and the ways to poison a cache.
import http from "node:http";
import { describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, useOrigin } from "../support/origin.ts";

const FRESH = { "cache-control": "max-age=60" };

describe("a cache that strangers write to", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  async function aSite(cache: object = {}): Promise<{ host: string; client: EdgeClient }> {
    const host = `poison-${++sites}.test`;
    const client = await edge.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });
    return { host, client };
  }

  describe("under a route's ttl", () => {
    const answersWith = (type: string, status = 200) =>
      origin.answers(
        (_request, response) => void response.writeHead(status, { "content-type": type }).end("x"),
      );

    const KEPT: readonly [path: string, type: string, kept: boolean][] = [
      ["/account/x.css", "text/html; charset=utf-8", false],
      ["/account/x.js", "application/xhtml+xml", false],
      ["/account/avatar.PNG", "text/html", false],
      ["/account/x.css", "text/css", true],
      ["/account/page.html", "text/html", true],
      ["/account", "text/html", true],
    ];
    for (const [path, type, kept] of KEPT) {
      it(`${path} as ${type} is ${kept ? "kept" : "not kept"}`, async () => {
        const { client } = await aSite({ ttl: "1h" });
        answersWith(type);
        const first = await client.get(path);
        await edge.settled();
        await client.get(path);
        expect(origin.seen).toHaveLength(kept ? 1 : 2);
        if (!kept) expect(first.header("cache-status")).toContain("detail=path-type-mismatch");
      });
    }
  });

  describe("a parameter that the origin may take for one that counts", () => {
    for (const query of ["v=1&v[]=2", "v=1&+v=2", "v=1&V=2", "v=1&v%00x=2"]) {
      it(`counts too: ${query}`, async () => {
        const { client } = await aSite({ ttl: "1h", key: { query: { only: ["v"] } } });
        origin.answers((request, response) => void response.writeHead(200).end(request.url));
        await client.get(`/page?${query}`);
        await edge.settled();
        expect((await client.get("/page?v=1")).text).toBe("/page?v=1");
      });
    }
  });

  describe("whatever a client claims", () => {
    const CLAIMS: readonly (readonly [name: string, value: string])[] = [
      ["x-forwarded-host", "evil.example"],
      ["x-forwarded-proto", "gopher"],
      ["x-forwarded-port", "4711"],
      ["x-forwarded-prefix", "/evil"],
      ["x-host", "evil.example"],
      ["x-original-url", "/admin"],
      ["x-rewrite-url", "/admin"],
      ["x-http-method-override", "DELETE"],
      ["x-http-method", "PUT"],
      ["x-method-override", "PATCH"],
      ["x_forwarded_host", "evil.example"],
      ["forwarded", "host=evil.example"],
      ["true-client-ip", "203.0.113.9"],
      ["proxy", "http://evil.example"],
      ["proxy_connection", "evil"],
      ["x-sendfile-type", "evil"],
      ["x-accel-mapping", "/=/evil"],
      ["x-now-route-matches", "evil"],
      ["x_now_route_matches", "evil"],
      ["x-invoke-status", "evil"],
      ["x-invoke-path", "/evil"],
      ["x-matched-path", "/evil"],
      ["x-middleware-prefetch", "evil"],
      ["x-middleware-rewrite", "/evil"],
      ["x-middleware-subrequest-id", "evil"],
      ["x-nextjs-data", "evil"],
      ["x-next-intl-locale", "evil"],
      ["next-resume", "evil"],
      ["x-react-router-spa-mode", "evil"],
      ["x-react-router-prerender-data", "evil"],
      ["x-remix-spa-mode", "evil"],
      ["x-astro-path", "/evil"],
      ["x-nuxt-no-ssr", "evil"],
      ["surrogate-capability", 'evil="ESI/1.0"'],
      ["accept_language", "evil"],
      ["content_type", "evil"],
    ];
    for (const [name, value] of CLAIMS) {
      it(`${name} changes nothing in what is stored`, async () => {
        const { client, host } = await aSite();
        origin.answers((request, response) => {
          response.writeHead(200, FRESH).end(JSON.stringify(request.headers)); // reflects all it gets
        });
        await client.get("/page", { [name]: value });
        await edge.settled();
        const victim = await client.get("/page");
        expect(victim.header("cache-status")).toMatch(/^headgate; hit/);
        expect(victim.text).not.toContain(value);
        expect(victim.json()["x-forwarded-host"]).toBe(host);
        expect(origin.seen).toHaveLength(1);
      });
    }

    it("what steers a framework goes to the origin where the route keys by it, and is told apart", async () => {
      const header = ["x-nuxt-no-ssr", "x-app"];
      const { client } = await aSite({ key: { header } });
      origin.answers((request, response) => void response.writeHead(200, FRESH).end(told(request.headers)));
      const told = (headers: http.IncomingHttpHeaders) =>
        Object.entries(headers)
          .flatMap(([name, value]) => (/nuxt|app/.test(name) ? [`${name}: ${value}`] : []))
          .join();
      for (const twice of [1, 2]) {
        expect((await client.get("/page", { "x-nuxt-no-ssr": "1" })).text, `${twice}`).toBe(
          "x-nuxt-no-ssr: 1",
        );
        expect((await client.get("/page", { x_nuxt_no_ssr: "1", x_app: "1" })).text).toBe("");
        await edge.settled();
      }
      expect(origin.seen).toHaveLength(2);
    });

    it("what steers a framework passes where it sends a request past the cache", async () => {
      const { client } = await aSite({ bypass: { headers: ["x-prerender-revalidate"] } });
      await client.get("/page", { "x-prerender-revalidate": "secret" });
      expect(origin.last.headers["x-prerender-revalidate"]).toBe("secret");
    });

    it("what the client of a framework sends on its own way passes", async () => {
      const { client } = await aSite();
      const headers = { rsc: "1", "next-router-state-tree": "x", "hx-request": "true", x_own: "1" };
      await client.get("/page", headers);
      expect(origin.last.headers).toMatchObject(headers);
      await client.get("/_next/data/build/page.json", { "x-nextjs-data": "1" });
      expect(origin.last.headers["x-nextjs-data"]).toBe("1");
      await client.get("/_next/data/build/other.json", { "x-nextjs-data": "evil" });
      expect(origin.last.headers["x-nextjs-data"]).toBeUndefined();
    });

    it("a field that Vary names, spelt as CGI reads it too, changes nothing in what is stored", async () => {
      const { client } = await aSite();
      origin.answers((request, response) => {
        const user = request.headers["x-user"] ?? request.headers.x_user ?? "nobody";
        response.writeHead(200, { ...FRESH, vary: "X-User" }).end(`for ${user}`);
      });
      expect((await client.get("/page", { x_user: "evil" })).text).toBe("for evil");
      await edge.settled();
      expect((await client.get("/page")).text).toBe("for nobody");
    });

    for (const field of ["de;q=, en;q=0.1", "de;q=0x0, en;q=0.1", 'de;x=";q=0;", en;q=0.1']) {
      it(`a weight that the origin reads otherwise does not choose the language of others: ${field}`, async () => {
        const { client } = await aSite({ vary: { "accept-language": ["en", "de"] } });
        // An origin to which a weight that it cannot read is 1.
        origin.answers((request, response) => {
          const isGerman = /^de\b/.test(request.headers["accept-language"] ?? "");
          response.writeHead(200, { ...FRESH, vary: "Accept-Language" }).end(isGerman ? "Hallo" : "Hello");
        });
        expect((await client.get("/page", { "accept-language": field })).text).toBe("Hallo");
        await edge.settled();
        expect((await client.get("/page", { "accept-language": "en" })).text).toBe("Hello");
      });
    }

    it("a body of a GET reaches no origin on a cacheable route", async () => {
      const { client } = await aSite();
      origin.answers(
        afterBody((request, response, seen) => {
          const { "content-length": length, "content-type": type } = request.headers;
          response.writeHead(200, FRESH).end(`${seen.body}|${length}|${type}`);
        }),
      );
      const headers = { "content-type": "application/json" };
      const answer = await client.ask("/search", { body: '{"q":"evil"}', headers });
      expect(answer.status).toBe(400);
      await edge.settled();
      expect((await client.get("/search")).text).toBe("|undefined|undefined");
    });

    it("an error for one malformed request is not everybody's", async () => {
      const { client } = await aSite();
      const long = { ...FRESH, "content-range": "bytes */5" };
      origin.answers((request, response) => {
        response
          .writeHead(request.headers.range ? 416 : 200, request.headers.range ? long : FRESH)
          .end("page");
      });
      expect((await client.get("/page", { range: "bytes=99-" })).status).toBe(416);
      await edge.settled();
      expect((await client.get("/page")).status).toBe(200);
    });
  });

  describe("keys", () => {
    /** Both are asked for in turn; whether they are one entry shows in what the origin was asked. */
    async function areOne(a: Spelt, b: Spelt): Promise<boolean> {
      origin.answers((request, response) => void response.writeHead(200, FRESH).end(request.url));
      origin.seen = [];
      await raw(edge.url, a);
      await edge.settled();
      await raw(edge.url, b);
      return origin.seen.length === 1;
    }

    it("of one host are the same, however it is spelt", async () => {
      const { host } = await aSite();
      expect(await areOne({ host, path: "/a" }, { host: host.toUpperCase(), path: "/a" })).toBe(true);
      expect(await areOne({ host, path: "/b" }, { host: `${host}:80`, path: "/b" })).toBe(true);
      expect(await areOne({ host, path: "/c" }, { host: `${host}.`, path: "/c" })).toBe(true);
    });

    it("of two ports or two hosts are not", async () => {
      const { host } = await aSite();
      expect(await areOne({ host, path: "/a" }, { host: `${host}:8080`, path: "/a" })).toBe(false);
      const other = await aSite();
      expect(await areOne({ host, path: "/b" }, { host: other.host, path: "/b" })).toBe(false);
    });

    const SAME: readonly (readonly [string, string])[] = [
      ["/%61b", "/ab"],
      ["/x/../ab?q=1", "/ab?q=1"],
      ["/a%e4", "/a%E4"],
      ["/~x", "/%7Ex"],
    ];
    for (const [a, b] of SAME) {
      it(`of ${a} and ${b} are the same`, async () => {
        const { host } = await aSite();
        expect(await areOne({ host, path: a }, { host, path: b })).toBe(true);
      });
    }

    const APART: readonly (readonly [string, string])[] = [
      ["/a%3Fq=1", "/a?q=1"], // an encoded question mark is none
      ["/a%23slice:0", "/a"],
      ["/a?b", "/a?b="],
      ["/a?", "/a??"],
      ["/a?x=1&y=2", "/a?y=2&x=1"],
      ["/a?x=%26y=2", "/a?x=&y=2"],
      ["/a;v=1", "/a"],
      ["/A", "/a"],
      ["/a/", "/a"],
      ["/a%252e", "/a%2e"],
      ["/a%2520b", "/a%20b"],
    ];
    for (const [a, b] of APART) {
      it(`of ${a} and ${b} are not`, async () => {
        const { host } = await aSite();
        expect(await areOne({ host, path: a }, { host, path: b })).toBe(false);
      });
    }

    it("cannot be written by what a path or a query says of variants, slices and queries", async () => {
      const { host, client } = await aSite();
      const variant = `/page%23variant:${encodeURIComponent("vary:x=1")}`;
      origin.answers((request, response) => {
        response
          .writeHead(200, { ...FRESH, ...(request.url === "/page" && { vary: "x" }) })
          .end(`at ${request.url}`);
      });
      await raw(edge.url, { host, path: variant });
      await edge.settled();
      expect((await client.get("/page", { x: "1" })).text).toBe("at /page");
    });
  });
});

interface Spelt {
  readonly host: string;
  readonly path: string;
}

/** As it is spelt: no library puts it in order first. */
function raw(edgeUrl: string, { host, path }: Spelt): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = http.request(edgeUrl, { path, headers: { host }, agent: false }, async (response) => {
    let text = "";
    for await (const chunk of response) text += chunk;
    resolve(text);
  });
  request.on("error", reject).end();
  return promise;
}
