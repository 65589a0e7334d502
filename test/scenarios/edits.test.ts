// Bodies that are changed on their way to the client. What nginx asks of sub_filter (nginx-tests: sub_filter.t, sub_filter_multi.t,
// sub_filter_slice.t, sub_filter_ssi.t) holds here too: texts across buffers, HEAD, conditions, ranges, several texts, and no touch to
// other types. So does what Apache's mod_proxy_html and mod_substitute promise for a mounted origin.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

type RouteFile = SiteFile["routes"][number];

describe("a route that edits bodies", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);

  const route = (given: Partial<RouteFile>) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", cache: { ttl: "1h" }, to: "web", ...given } as RouteFile],
    });
  const replies = (type: string, body: string | Uint8Array, fields: Record<string, string> = {}) =>
    origin.answers((request, response) => {
      response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body), ...fields });
      response.end(request.method === "HEAD" ? undefined : body);
    });

  it("replaces texts, of a miss and of a hit", async () => {
    const client = await route({
      edits: {
        replace: [
          { from: "Beta", to: "" },
          { from: "größer", to: "kleiner" },
        ],
      },
    });
    replies("text/html; charset=utf-8", "<h1>Shop Beta</h1><p>größer</p>");
    for (const expected of ["fwd=uri-miss", "hit"]) {
      const answer = await client.get("/");
      expect(answer.text).toBe("<h1>Shop </h1><p>kleiner</p>");
      expect(answer.header("cache-status")).toContain(expected);
      expect(answer.header("content-length")).not.toBe("40");
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(1);
  });

  it("replaces the URLs of the origin by its own", async () => {
    const client = await route({ edits: { originUrls: true } });
    const at = new URL(origin.url).host;
    replies(
      "application/json",
      JSON.stringify({ next: `${origin.url}/b?page=2`, other: "http://other.test/" }),
    );
    expect((await client.get("/a")).json()).toEqual({
      next: `http://${client.host}/b?page=2`,
      other: "http://other.test/",
    });
    replies("text/css", `a{background:url(//${at}/a.png)}`);
    expect((await client.get("/a.css")).text).toBe(`a{background:url(//${client.host}/a.png)}`);
  });

  it("finds a text across the chunks in which it arrives", async () => {
    const client = await route({ cache: "off", edits: { replace: [{ from: "needle", to: "pin" }] } });
    origin.answers(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      for (const part of ["a nee", "d", "le and a need", "le"]) {
        response.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect((await client.get("/")).text).toBe("a pin and a pin");
  });

  it("leaves other types alone, byte by byte", async () => {
    const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
    for (const type of ["image/png", "application/octet-stream", "text/html; charset=utf-16"]) {
      replies(type, "aaa", { etag: '"1"' });
      const answer = await client.get(`/${type.replaceAll(/[^a-z]/g, "-")}`);
      expect([answer.text, answer.header("etag"), answer.header("content-length")]).toEqual([
        "aaa",
        '"1"',
        "3",
      ]);
    }
  });

  it("leaves alone what says no-transform (RFC 9110 §7.7)", async () => {
    const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
    replies("text/html", "aaa", { "cache-control": "no-transform, max-age=60" });
    expect((await client.get("/")).text).toBe("aaa");
  });

  it("asks for plain bodies, and leaves alone what comes compressed all the same", async () => {
    const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
    const packed = gzipSync("aaa");
    replies("text/html", packed, { "content-encoding": "gzip" });
    const answer = await client.get("/", { "accept-encoding": "gzip, br" });
    expect(Buffer.from(answer.bytes).equals(packed)).toBe(true);
    expect(origin.last.headers["accept-encoding"]).toBe("identity");
    expect(answer.header("content-encoding")).toBe("gzip");
  });

  it("stores one plain body, whatever codings the clients take", async () => {
    const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
    origin.answers((request, response) => {
      const packs = String(request.headers["accept-encoding"]).includes("br");
      response.writeHead(200, {
        "content-type": "text/html",
        vary: "accept-encoding",
        ...(packs && { "content-encoding": "br" }),
      });
      response.end(packs ? brotliCompressSync("aaa") : "aaa");
    });
    for (const codings of ["br", "gzip", "identity"]) {
      expect((await client.get("/", { "accept-encoding": codings })).text).toBe("bbb");
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(1);
  });

  describe("answers conditions about what the client sees", () => {
    it("with an entity tag of the edited body", async () => {
      const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
      replies("text/html", "aaa", { etag: '"1"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" });
      const first = await client.get("/");
      const etag = first.header("etag") ?? "";
      expect(etag).toMatch(/^W\/"1-[0-9a-f]{8}"$/);
      expect(first.header("last-modified")).toBeNull();
      await edge.settled();
      for (const condition of [etag, `"x", ${etag}`, "*", etag.slice(2)]) {
        const again = await client.get("/", { "if-none-match": condition });
        expect([condition, again.status, again.text, again.header("etag")]).toEqual([
          condition,
          304,
          "",
          etag,
        ]);
      }
      for (const condition of ['"1"', 'W/"1"', '"1-00000000"']) {
        const again = await client.get("/", { "if-none-match": condition });
        expect([again.status, again.text]).toEqual([200, "bbb"]);
      }
      expect((await client.get("/", { "if-modified-since": "Tue, 01 Jan 2030 00:00:00 GMT" })).status).toBe(
        200,
      );
    });

    it("also where nothing is stored", async () => {
      const client = await route({ cache: "off", edits: { replace: [{ from: "a", to: "b" }] } });
      replies("text/html", "aaa", { etag: '"1"' });
      const etag = (await client.get("/")).header("etag") ?? "";
      const again = await client.get("/", { "if-none-match": etag });
      expect([again.status, again.text]).toEqual([304, ""]);
      expect(origin.last.headers).not.toHaveProperty("if-none-match"); // it is none of the origin's
    });

    it("and with the origin's own tag for what is not edited", async () => {
      const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
      replies("image/png", "aaa", { etag: '"1"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" });
      await client.get("/a.png");
      await edge.settled();
      expect((await client.get("/a.png", { "if-none-match": '"1"' })).status).toBe(304);
      expect(
        (await client.get("/a.png", { "if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT" })).status,
      ).toBe(304);
      expect((await client.get("/a.png", { "if-none-match": '"2"' })).status).toBe(200);
    });

    it("a site that edits in another way has another tag", async () => {
      const etags = [];
      for (const to of ["b", "c"]) {
        const client = await route({ cache: "off", edits: { replace: [{ from: "a", to }] } });
        replies("text/html", "aaa", { etag: '"1"' });
        etags.push((await client.get("/")).header("etag"));
      }
      expect(etags[0]).not.toBe(etags[1]);
    });
  });

  describe("with ranges", () => {
    const inParts = (type: string, body: string) =>
      origin.answers((request, response) => {
        const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
        const fields = { "content-type": type, etag: '"1"', "accept-ranges": "bytes" };
        if (first === undefined) return void response.writeHead(200, fields).end(body);
        const range = `bytes ${first}-${last}/${body.length}`;
        response
          .writeHead(206, { ...fields, "content-range": range })
          .end(body.slice(Number(first), Number(last) + 1));
      });

    it.each([["off"], [{ ttl: "1h" }]] as const)(
      "sends the whole of what it edits, with cache %j",
      async (cache) => {
        const client = await route({ cache, edits: { replace: [{ from: "needle", to: "pin" }] } });
        inParts("text/html", "a needle in a haystack");
        const answer = await client.get("/", { range: "bytes=4-10" });
        expect([answer.status, answer.text]).toEqual([200, "a pin in a haystack"]);
        expect([answer.header("accept-ranges"), answer.header("content-range")]).toEqual([null, null]);
        await edge.settled();
        expect((await client.get("/", { range: "bytes=0-1" })).text).toBe("a pin in a haystack");
      },
    );

    it("sends a part of anything else", async () => {
      const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
      inParts("video/mp4", "0123456789");
      const answer = await client.get("/", { range: "bytes=2-4" });
      expect([answer.status, answer.text]).toEqual([206, "234"]);
    });
  });

  it("says to HEAD what it says to GET", async () => {
    const client = await route({ edits: { replace: [{ from: "a", to: "b" }] } });
    replies("text/html", "aaa", { etag: '"1"', "content-md5": "x", "repr-digest": "sha-256=:x:" });
    const [get, head] = [await client.get("/"), await client.ask("/", { method: "HEAD" })];
    expect(head.text).toBe("");
    for (const name of ["etag", "content-type", "content-md5", "repr-digest", "accept-ranges"])
      expect([name, head.header(name)]).toEqual([name, get.header(name)]);
    expect(get.header("content-md5")).toBeNull();
    expect(head.header("content-length")).toBeNull();
  });

  it("edits errors of the origin too, and no refusals of its own", async () => {
    const client = await route({
      edits: {
        replace: [
          { from: "route", to: "x" },
          { from: "a", to: "b" },
        ],
      },
    });
    origin.answers(
      (_request, response) => void response.writeHead(404, { "content-type": "text/html" }).end("aaa"),
    );
    const answer = await client.get("/");
    expect([answer.status, answer.text]).toEqual([404, "bbb"]);
  });

  it("breaks the transfer if the origin breaks off", async () => {
    const client = await route({
      cache: "off",
      edits: { replace: [{ from: "a", to: "b" }], inject: { headEnd: "<x>" } },
    });
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-length": "100000" });
      response.write("<html><head>aaa");
      setTimeout(() => response.destroy(), 50);
    });
    await expect(client.get("/")).rejects.toThrow();
  });

  it("puts HTML into pages", async () => {
    const client = await route({
      edits: { inject: { headEnd: "<script src=/stats.js></script>", bodyEnd: "<p>${host}</p>" } },
    });
    replies("text/html", "<html><head></head><body>A</body></html>");
    expect((await client.get("/")).text).toBe(
      "<html><head><script src=/stats.js></script></head><body>A<p>${host}</p></body></html>",
    );
    replies("application/json", '{"a":"<head></head>"}');
    expect((await client.get("/b")).text).toBe('{"a":"<head></head>"}');
  });
});

describe("an origin that is mounted under a path", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);
  const site = () =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        { id: "app", match: { path: ["/app", "/app/*"] }, base: "/app", to: "web" },
        { id: "rest", respond: { status: 404 } },
      ],
    });

  it("sees its own paths, and is told where it is", async () => {
    const client = await site();
    for (const [asked, seen] of [
      ["/app/", "/"],
      ["/app/a/b?c", "/a/b?c"],
      ["/app", "/"],
      ["/app/app/a", "/app/a"],
    ]) {
      await client.get(asked ?? "", { "x-forwarded-prefix": "/evil" });
      expect([origin.last.url, origin.last.headers["x-forwarded-prefix"]]).toEqual([seen, "/app"]);
    }
    await client.get("/application");
    expect(origin.last.url).toBe("/app/a");
  });

  it("has its URLs in fields under the path", async () => {
    const client = await site();
    origin.answers((_request, response) => {
      response.writeHead(302, [
        ...["location", "/next?a"],
        ...["content-location", `${origin.url}/here`],
        ...["refresh", "5; url=/later"],
        ...["link", '</a.css>; rel=preload, <https://other.test/b>; rel=next; title="</c>"'],
        ...["set-cookie", "a=1; Path=/"],
        ...["set-cookie", "b=1; Path=/sub; Secure"],
        ...["set-cookie", "__Host-c=1; Path=/; Secure"],
      ]);
      response.end();
    });
    const answer = await client.get("/app/x");
    expect(answer.header("location")).toBe("/app/next?a");
    expect(answer.header("content-location")).toBe(`http://${client.host}/app/here`);
    expect(answer.header("refresh")).toBe("5; url=/app/later");
    expect(answer.header("link")).toBe(
      '</app/a.css>; rel=preload, <https://other.test/b>; rel=next; title="</c>"',
    );
    expect(answer.cookies).toEqual([
      "a=1; Path=/app",
      "b=1; Path=/app/sub; Secure",
      "__Host-c=1; Path=/; Secure",
    ]);
  });

  it("has its links in pages and style sheets under the path", async () => {
    const client = await site();
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end('<head><link href="/a.css"></head><body><a href="b">b</a><img src="/c.png"></body>');
    });
    expect((await client.get("/app/")).text).toBe(
      '<head><link href="/app/a.css"></head><body><a href="b">b</a><img src="/app/c.png"></body>',
    );
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/css" });
      response.end("a{background:url(/c.png)}");
    });
    expect((await client.get("/app/a.css")).text).toBe("a{background:url(/app/c.png)}");
  });

  it("cannot be left by a path that only looks like its own", async () => {
    const client = await site();
    for (const path of ["/app/../secret", "/app/%2e%2e/secret", "/app/..;/secret", "/app//evil.test/"]) {
      await client.get(path);
    }
    expect(
      origin.seen.map(({ url }) => url).filter((url) => url.includes("..") || url.startsWith("/secret")),
    ).toEqual([]);
    origin.answers((_request, response) => void response.writeHead(302, { location: "//evil.test/" }).end());
    // A redirect of the origin to another host is its own.
    expect((await client.get("/app/x")).header("location")).toBe("//evil.test/");
  });
});
