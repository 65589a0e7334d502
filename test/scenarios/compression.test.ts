// Bodies that the edge compresses. What nginx (nginx-tests: gzip.t, gzip_flush.t, proxy_cache_vary.t), Varnish (g00000.vtc to g00006.vtc),
// Caddy (encode_test.go), Traefik (compress_test.go) and Hono (compress/index.test.ts) ask of theirs holds here too.
import { once } from "node:events";
import { brotliDecompressSync, constants, gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { describeInChromium, useChromium } from "../support/chromium.ts";
import type { Answer } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { seededRandom } from "../support/seeded-random.ts";

type RouteFile = SiteFile["routes"][number];

const DECODERS: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};
const PAGE = "<p>the same words again and again</p>\n".repeat(200);

function decoded({ bytes, headers }: Pick<Answer, "bytes" | "headers">): Buffer {
  const coding = headers.get("content-encoding");
  const decode = coding === null ? Buffer.from : DECODERS[coding];
  if (!decode) throw new Error(`who knows ${coding}?`);
  return decode(bytes);
}

describe("a route that compresses", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);

  const route = (given: Partial<RouteFile> = {}) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", cache: { ttl: "1h" }, compress: "auto", to: "web", ...given } as RouteFile],
    });
  const replies = (fields: Record<string, string> = {}, body: string | Uint8Array = PAGE) =>
    origin.answers((request, response) => {
      if (request.headers["if-none-match"] !== undefined && fields.etag !== undefined)
        return void response.writeHead(304, { etag: fields.etag }).end();
      response.writeHead(200, {
        "content-type": "text/html",
        "content-length": Buffer.byteLength(body),
        ...fields,
      });
      response.end(request.method === "HEAD" ? undefined : body);
    });

  for (const coding of ["gzip", "br", "zstd"]) {
    it(`sends ${coding}, of a miss and of hits, and the fields follow`, async () => {
      const client = await route();
      replies({
        etag: '"1"',
        "accept-ranges": "bytes",
        "content-digest": "sha-256=:AAAA:",
        vary: "Accept-Language",
      });
      for (const expected of ["fwd=uri-miss", "hit", "hit"]) {
        const answer = await client.get("/", { "accept-encoding": coding });
        expect(answer.header("cache-status")).toContain(expected);
        expect(answer.header("content-encoding")).toBe(coding);
        expect(decoded(answer).toString()).toBe(PAGE);
        expect(answer.bytes.length).toBeLessThan(PAGE.length / 10);
        expect(answer.header("vary")).toBe("Accept-Language, Accept-Encoding");
        expect(answer.header("etag")).toBe('W/"1"');
        for (const name of ["accept-ranges", "content-digest"]) expect(answer.header(name)).toBeNull();
        const length = answer.header("content-length");
        if (length !== null) expect(Number(length)).toBe(answer.bytes.length);
        await edge.settled();
      }
      expect(origin.seen).toHaveLength(1);
    });
  }

  it("serves one stored page to clients of every kind, and tells them apart in Vary", async () => {
    const client = await route();
    replies({ etag: '"1"' });
    for (const accepts of ["gzip", "", "br", "gzip;q=0", "zstd", "identity"]) {
      const answer = await client.get("/", accepts === "" ? {} : { "accept-encoding": accepts });
      expect(decoded(answer).toString()).toBe(PAGE);
      expect(answer.header("vary")).toBe("Accept-Encoding");
      expect(answer.header("etag")).toBe(answer.header("content-encoding") === null ? '"1"' : 'W/"1"');
      await edge.settled();
    }
    expect(origin.seen).toHaveLength(1);
  });

  it("logs no length of what is compressed, since the plain one is not what was sent", async () => {
    const client = await route();
    replies();
    await client.get("/logged", { "accept-encoding": "gzip" });
    await edge.settled();
    await client.get("/logged", { "accept-encoding": "gzip" });
    expect((await edge.record("/logged"))?.bytes).toBeNull();
  });

  it("logs the bytes as sent where the site wants them", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", cache: { ttl: "1h" }, compress: "auto", to: "web" }],
      log: { bytes: "sent" },
    });
    replies();
    for (let ask = 0; ask < 2; ask++) {
      const { bytes } = await client.get("/counted", { "accept-encoding": "gzip" });
      expect((await edge.record("/counted"))?.bytes).toBe(bytes.length);
    }
  });

  it("leaves alone what is small, coded, of another type, or not to be transformed", async () => {
    const client = await route({ cache: "off" });
    const alone = async (fields: Record<string, string>, body?: string | Uint8Array) => {
      replies({ etag: '"1"', ...fields }, body);
      const answer = await client.get("/", { "accept-encoding": "gzip" });
      expect(answer.header("etag")).toBe('"1"');
      return answer;
    };
    expect((await alone({}, "small")).text).toBe("small");
    expect((await alone({}, "")).bytes).toHaveLength(0);
    expect((await alone({ "content-type": "image/png" })).text).toBe(PAGE);
    expect((await alone({ "content-type": "image/png" })).header("vary")).toBeNull();
    expect((await alone({ "cache-control": "max-age=1, no-transform" })).text).toBe(PAGE);
    const twice = await alone({ "content-encoding": "gzip" }, gzipSync(PAGE));
    expect(gunzipSync(twice.bytes).toString()).toBe(PAGE);
    expect((await alone({ "content-encoding": "br" }, "no matter")).header("content-encoding")).toBe("br");
  });

  it("takes a body whose coding is said to be identity for a plain one", async () => {
    const client = await route();
    replies({ "content-encoding": "identity" });
    const answer = await client.get("/", { "accept-encoding": "gzip" });
    expect(answer.header("content-encoding")).toBe("gzip");
    expect(decoded(answer).toString()).toBe(PAGE);
  });

  it("answers HEAD with the fields of GET, on a miss and on a hit", async () => {
    const client = await route();
    replies({ etag: '"1"' });
    const head = async () => {
      const answer = await client.ask("/", { method: "HEAD", headers: { "accept-encoding": "gzip" } });
      expect(answer.bytes).toHaveLength(0);
      return ["content-encoding", "etag", "vary", "content-length"].map((name) => answer.header(name));
    };
    expect(await head()).toEqual(["gzip", 'W/"1"', "Accept-Encoding", null]);
    const got = await client.get("/", { "accept-encoding": "gzip" });
    await edge.settled();
    const length = String((await client.get("/", { "accept-encoding": "gzip" })).bytes.length);
    expect(got.header("content-encoding")).toBe("gzip");
    const [coding, etag, vary, told] = await head();
    expect([coding, etag, vary]).toEqual(["gzip", 'W/"1"', "Accept-Encoding"]);
    expect([null, length]).toContain(told);
  });

  it("answers 304 to the weak tag of a compressed page, with that tag and Vary, on a miss and on a hit", async () => {
    const client = await route();
    replies({ etag: '"1"' });
    await client.get("/", { "accept-encoding": "gzip" });
    await edge.settled();
    const ask = (tag: string) => client.get("/", { "accept-encoding": "gzip", "if-none-match": tag });
    for (const [sent, told] of [
      ['W/"1"', 'W/"1"'],
      ['"1"', '"1"'],
      ['"0", W/"1"', 'W/"1"'],
    ] as const) {
      const answer = await ask(sent);
      expect([answer.status, answer.header("etag"), answer.header("vary")]).toEqual([
        304,
        told,
        "Accept-Encoding",
      ]);
      expect(answer.header("content-encoding")).toBeNull();
    }
    expect((await ask('W/"2"')).status).toBe(200);
    expect(origin.seen).toHaveLength(1);
    const passing = await route({ cache: "off" });
    const relayed = await passing.get("/", { "accept-encoding": "gzip", "if-none-match": 'W/"1"' });
    expect([relayed.status, relayed.header("etag"), relayed.header("vary")]).toEqual([
      304,
      'W/"1"',
      "Accept-Encoding",
    ]);
  });

  it("gives parts of the plain page only, and none to who may have a part of the compressed one", async () => {
    const client = await route();
    const modified = "Mon, 01 Jan 2024 00:00:00 GMT";
    replies({ etag: '"1"', "last-modified": modified, "accept-ranges": "bytes" });
    await client.get("/");
    await edge.settled();
    const ask = (ifRange?: string) =>
      client.get("/", {
        "accept-encoding": "gzip",
        range: "bytes=3-6",
        ...(ifRange !== undefined && { "if-range": ifRange }),
      });
    for (const strong of [undefined, '"1"']) {
      const part = await ask(strong);
      expect([part.status, part.text, part.header("content-encoding")]).toEqual([206, "the ", null]);
      expect([part.header("etag"), part.header("vary")]).toEqual(['"1"', "Accept-Encoding"]);
    }
    for (const weak of ['W/"1"', modified, '"0"']) {
      const whole = await ask(weak);
      expect([whole.status, decoded(whole).toString()]).toEqual([200, PAGE]);
    }
  });

  it("does not compress with fields that stand for secrets, if the route says so", async () => {
    const client = await route({ compress: { notWith: ["cookie", "authorization"] } });
    replies();
    const plain = await client.get("/", { "accept-encoding": "gzip", cookie: "session=1" });
    expect([plain.header("content-encoding"), plain.header("vary")]).toEqual([null, "Accept-Encoding"]);
    expect((await client.get("/", { "accept-encoding": "gzip" })).header("content-encoding")).toBe("gzip");
  });

  it("is off by default, and where a route says so", async () => {
    replies({ etag: '"1"' });
    for (const given of [{ compress: "off" }, { compress: undefined }] as const) {
      const answer = await (await route(given as Partial<RouteFile>)).get("/", { "accept-encoding": "gzip" });
      expect([answer.text, answer.header("vary"), answer.header("etag")]).toEqual([PAGE, null, '"1"']);
    }
  });

  it("compresses anew what has replaced an expired page", async () => {
    const client = await route({ cache: { defaultTtl: "1h" } } as Partial<RouteFile>);
    replies({ "cache-control": "max-age=10" });
    const ask = async () => decoded(await client.get("/", { "accept-encoding": "gzip" })).toString();
    expect(await ask()).toBe(PAGE);
    await edge.settled();
    expect(await ask()).toBe(PAGE);
    const other = PAGE.toUpperCase();
    replies({ "cache-control": "max-age=10" }, other);
    await edge.advance(11_000);
    expect(await ask()).toBe(other);
    await edge.settled();
    expect(await ask()).toBe(other);
  });

  it("sends each event at once", async () => {
    const client = await route({
      cache: "off",
      compress: { types: ["text/event-stream"], codings: ["gzip"] },
    });
    let next = () => {};
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      next = () => response.end("data: second\n\n");
    });
    const { body, headers } = await client.stream("/", { headers: { "accept-encoding": "gzip" } });
    expect(headers["content-encoding"]).toBe("gzip");
    const parts: Buffer[] = [];
    const text = () => gunzipSync(Buffer.concat(parts), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    for await (const part of body) {
      parts.push(part as Buffer);
      // The origin sends the second only when the first has arrived: it would wait forever without a flush.
      if (text() === "data: first\n\n") next();
    }
    expect(gunzipSync(Buffer.concat(parts)).toString()).toBe("data: first\n\ndata: second\n\n");
  });

  it("breaks the transfer, and never ends the coding, where the origin breaks off", async () => {
    for (const coding of ["gzip", "br", "zstd"]) {
      const client = await route({ cache: "off" });
      origin.answers((request, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.write(PAGE, () => setImmediate(() => request.socket.destroy()));
      });
      await expect(client.get("/", { "accept-encoding": coding })).rejects.toThrow();
      await edge.settled();
    }
    expect(edge.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  });

  it("lets the origin go when the client hangs up", async () => {
    const client = await route({ cache: "off" });
    const gone = Promise.withResolvers<void>();
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const random = seededRandom(3);
      const more = () => {
        while (!response.destroyed && response.write(String(random()).repeat(1_000)));
      };
      response.on("drain", more);
      response.on("close", gone.resolve);
      more();
    });
    const { body } = await client.stream("/", { headers: { "accept-encoding": "gzip" } });
    await once(body, "data");
    body.on("error", () => {});
    body.destroy();
    await gone.promise;
    await edge.settled();
    expect(edge.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
  });

  it("sends the origin's bytes, whatever they are, however they arrive and whatever is accepted", async () => {
    const random = seededRandom(16);
    const client = await route({ compress: { minSize: "0B" } });
    const upTo = (most: number) => Math.floor(random() * most);
    for (let round = 0; round < 40; round++) {
      const isText = random() < 0.5;
      const body = Buffer.from(
        Array.from({ length: upTo(random() < 0.2 ? 200_000 : 3_000) }, () =>
          isText ? 97 + upTo(4) : upTo(256),
        ),
      );
      origin.answers(async (_request, response) => {
        response.writeHead(200, { "content-type": "text/plain" });
        for (let at = 0; at < body.length; ) {
          const end = at + 1 + upTo(body.length);
          response.write(body.subarray(at, end));
          at = end;
          if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      });
      for (let ask = 0; ask < 3; ask++) {
        const accepts = ["gzip", "br", "zstd", "identity", "*", "deflate"]
          .filter(() => random() < 0.5)
          .map((coding) => (random() < 0.5 ? coding : `${coding};q=0.${upTo(10)}`));
        const headers = accepts.length === 0 ? {} : { "accept-encoding": accepts.join(", ") };
        expect(decoded(await client.get(`/${round}`, headers)).equals(body)).toBe(true);
        await edge.settled();
      }
    }
  });

  it("sends what cannot be made smaller, up to the largest body that is compressed at once and beyond", async () => {
    const random = seededRandom(5);
    const client = await route();
    for (const bytes of [200_000, 1_048_576, 1_048_577]) {
      const body = Buffer.from(Array.from({ length: bytes }, () => random() * 256));
      replies({}, body);
      for (const coding of ["identity", "gzip", "br", "zstd"]) {
        const answer = await client.get(`/${bytes}`, { "accept-encoding": coding });
        expect(decoded(answer).equals(body)).toBe(true);
        await edge.settled();
      }
    }
    expect(origin.seen).toHaveLength(3);
  });

  it("compresses what it has put into the page", async () => {
    const client = await route({ edits: { replace: [{ from: "again", to: "once" }] } });
    replies({ etag: '"1"' });
    for (const expected of ["fwd=uri-miss", "hit"]) {
      const answer = await client.get("/", { "accept-encoding": "gzip" });
      expect(answer.header("cache-status")).toContain(expected);
      expect(answer.header("content-encoding")).toBe("gzip");
      expect(decoded(answer).toString()).toBe(PAGE.replaceAll("again", "once"));
      await edge.settled();
    }
  });
});

describeInChromium("compressed answers, in a real Chromium", () => {
  const edge = useEdge();
  const chromium = useChromium();
  const words = "the same words again and again ".repeat(200);
  const files: Record<string, readonly [type: string, text: string]> = {
    "/": [
      "text/html; charset=utf-8",
      `<!doctype html><title>before</title><link rel=icon href="data:,"><p>${words}</p><script src=/app.js></script>`,
    ],
    "/app.js": ["text/javascript", `document.title = "after"; // ${words}`],
    "/data.json": ["application/json", JSON.stringify({ ä: words })],
  };
  const origin = useOrigin((request, response) => {
    const [type, text] = files[request.url ?? ""] ?? ["text/plain", "?"];
    response.writeHead(200, {
      "content-type": type,
      "cache-control": "max-age=0, s-maxage=600",
      etag: '"1"',
    });
    response.end(text);
  }, edge);

  it.each(["zstd", "br", "gzip"] as const)(
    "arrive as they were by %s, fresh and from the cache",
    async (coding) => {
      const host = `${coding}.localhost`;
      await edge.site({
        hosts: [host],
        pools: { web: { origins: [{ id: "a", url: origin.url }] } },
        routes: [{ id: "all", compress: { codings: [coding] }, to: "web" }],
      });
      const { page, errors } = await chromium.page();
      await page.setCacheEnabled(false); // a 304 has no coding
      const codings = new Map<string, string | undefined>();
      page.on("response", (response) => {
        codings.set(new URL(response.url()).pathname, response.headers()["content-encoding"]);
      });
      for (const time of ["fresh", "stored", "stored"]) {
        codings.clear();
        await page.goto(`http://${host}:${new URL(edge.url).port}/`);
        expect(await page.title(), time).toBe("after");
        expect(await page.evaluate("document.querySelector('p').textContent")).toBe(words);
        expect(await page.evaluate("fetch('/data.json').then((answer) => answer.json())")).toEqual({
          ä: words,
        });
        expect(Object.fromEntries([...codings].filter(([path]) => path in files))).toEqual(
          Object.fromEntries(Object.keys(files).map((path) => [path, coding])),
        );
        await edge.settled();
      }
      expect(errors).toEqual([]);
      expect(origin.seen.map(({ url }) => url).sort()).toEqual(Object.keys(files).sort());
    },
  );
});
