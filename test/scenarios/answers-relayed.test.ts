import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { useRawOrigin } from "../support/raw-origin.ts";

const edge = useEdge();

describe("an origin's answer", () => {
  const origin = useOrigin();
  let client: EdgeClient;

  beforeAll(async () => {
    client = await edge.site({
      hosts: ["shop.test"],
      pools: { web: { origins: [{ id: "a", url: `${origin.url}/base` }] } },
      routes: [{ id: "rest", cache: "off", to: "web" }],
    });
  });

  it("keeps each Set-Cookie on its own, mapped to the public host", async () => {
    origin.answers((_request, response) => {
      response.setHeader("set-cookie", [
        "a=1, x; Domain=127.0.0.1",
        "b=2; Path=/base/app",
        "c=3; Domain=else.test",
      ]);
      response.end();
    });
    expect((await client.get("/")).cookies).toEqual([
      "a=1, x; Domain=shop.test",
      "b=2; Path=/app",
      "c=3; Domain=else.test",
    ]);
  });

  it("leads back to the public host", async () => {
    origin.answers((request, response) => {
      const location = decodeURIComponent(request.url?.split("?")[1] ?? "");
      response
        .writeHead(302, {
          location,
          "content-location": location,
          refresh: `0; url=${location}`,
          link: `<${location}>; rel="next"`,
        })
        .end();
    });
    const locationOf = async (location: string) => {
      const answer = await client.get(`/?${encodeURIComponent(location)}`);
      expect(answer.header("content-location")).toBe(answer.header("location"));
      expect(answer.header("refresh")).toBe(`0; url=${answer.header("location")}`);
      expect(answer.header("link")).toBe(`<${answer.header("location")}>; rel="next"`);
      return answer.header("location");
    };
    expect(await locationOf(`${origin.url}/base/a?b`)).toBe("http://shop.test/a?b");
    expect(await locationOf("/base/a")).toBe("/a");
    expect(await locationOf("/base//evil.test")).toBe("http://shop.test//evil.test");
    expect(await locationOf("https://else.test/base/a")).toBe("https://else.test/base/a");
  });

  it("has nothing of its connection in it", async () => {
    origin.answers((_request, response) => {
      response.writeHead(200, {
        connection: "X-Hop",
        "x-hop": "1",
        "keep-alive": "timeout=5",
        "proxy-authenticate": "Basic",
        trailer: "x-t",
        "x-end": "1",
      });
      response.end("ok");
    });
    const answer = await client.get("/");
    for (const name of ["x-hop", "proxy-authenticate", "trailer"])
      expect(answer.header(name), name).toBeNull();
    expect([answer.header("x-end"), answer.header("via")]).toEqual(["1", "1.1 headgate"]);
  });

  it("passes compressed, byte for byte, with its length, and is asked for as the client asked", async () => {
    const packed = gzipSync("hello ".repeat(100));
    origin.answers((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    });
    const answer = await client.get("/", { "accept-encoding": "gzip;q=0.5, zstd" });
    expect(Buffer.from(answer.bytes).equals(packed)).toBe(true);
    expect(answer.header("content-length")).toBe(String(packed.length));
    expect(answer.header("content-encoding")).toBe("gzip");
    expect(origin.last.headers["accept-encoding"]).toBe("gzip;q=0.5, zstd");
    await client.get("/");
    expect(origin.last.headers["accept-encoding"]).toBeUndefined();
  });

  it("of a HEAD has the length and no body", async () => {
    origin.answers((request, response) => {
      response
        .writeHead(200, { "content-length": 1234 })
        .end(request.method === "HEAD" ? "" : "x".repeat(1234));
    });
    const answer = await client.ask("/", { method: "HEAD" });
    expect([answer.status, answer.header("content-length"), answer.bytes.length]).toEqual([200, "1234", 0]);
    expect(origin.last.method).toBe("HEAD");
  });

  it.each([204, 205, 304])("with status %d has no body", async (status) => {
    origin.answers(
      (_request, response) => void response.writeHead(status, { "x-a": "1", etag: '"e"' }).end(),
    );
    const answer = await client.get("/", status === 304 ? { "if-none-match": '"e"' } : {});
    expect([answer.status, answer.bytes.length, answer.header("x-a")]).toEqual([status, 0, "1"]);
  });

  it.each(["OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "PROPFIND", "PURGE"])(
    "to %s passes",
    async (method) => {
      origin.answers(
        afterBody((request, response) => void response.writeHead(207, { allow: "GET" }).end(request.method)),
      );
      const answer = await client.ask("/x", { method, body: "content" });
      expect([answer.status, answer.text, answer.header("allow")]).toEqual([207, method, "GET"]);
      expect([origin.last.body, origin.last.headers["content-length"]]).toEqual(["content", "7"]);
    },
  );
});

describe("an odd origin", () => {
  const origin = useRawOrigin();

  beforeAll(async () => {
    await edge.site({
      hosts: ["odd.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [
        { id: "stored", match: { path: "/stored/*" }, to: "web" },
        { id: "rest", cache: "off", to: "web" },
      ],
    });
  });
  const relayed = async (answer: string) => {
    origin.answer = answer;
    return sendRaw(edge.url, rawGet("/", "odd.test"));
  };

  it("has its reason phrase relayed", async () => {
    expect((await relayed("HTTP/1.1 404 Gone fishing\r\nContent-Length: 0\r\n\r\n")).head).toMatch(
      /^HTTP\/1.1 404 Gone fishing\r\n/,
    );
  });

  it.each([
    ["a tab", "Gone\tfishing", "Gone fishing"],
    ["bytes beyond ASCII", "\xe5\xe4\xf6", "Not Found"], // the runtime hands over none of them
    ["UTF-8", "\xc3\xa5\xc3\xa4\xc3\xb6", "Not Found"],
    ["nothing", "", "Not Found"],
  ])("has a reason phrase with %s made harmless, stored or not", async (name, phrase, passed) => {
    for (const path of ["/", `/stored/${name.replaceAll(" ", "-")}`]) {
      for (const _twice of [1, 2]) {
        origin.answer = `HTTP/1.1 404 ${phrase}\r\nConnection: close\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok`;
        const answer = await sendRaw(edge.url, rawGet(path, "odd.test"));
        expect([answer.head.split("\r\n")[0], answer.body]).toEqual([`HTTP/1.1 404 ${passed}`, "ok"]);
      }
    }
  });

  it("has its body relayed byte for byte under an odd phrase too", async () => {
    const packed = gzipSync("hello").toString("latin1");
    for (const path of ["/", "/stored/packed"]) {
      for (const _twice of [1, 2]) {
        origin.answer = `HTTP/1.1 200 O\tK\r\nConnection: close\r\nCache-Control: max-age=60\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n${packed}`;
        expect((await sendRaw(edge.url, rawGet(path, "odd.test"))).body).toBe(packed);
      }
    }
  });

  it.each([
    ["the same length twice", "Content-Length: 2\r\nContent-Length: 2", "2"],
    ["the same length twice in a line", "Content-Length: 2, 2", "2"],
    ["a length with zeros before it", "Content-Length: 002", "2"],
    ["a length that its chunks belie", "Content-Length: 9\r\nTransfer-Encoding: chunked", undefined],
  ])("has its body relayed under %s", async (_name, fields, length) => {
    const bytes = fields.includes("chunked") ? "2\r\nok\r\n0\r\n\r\n" : "ok";
    origin.answer = `HTTP/1.1 200 OK\r\nConnection: close\r\n${fields}\r\n\r\n${bytes}`;
    const answer = await sendRaw(edge.url, rawGet("/", "odd.test"));
    expect(answer.status).toBe(200);
    expect(/^content-length: (.*)\r$/im.exec(answer.head)?.[1]).toBe(length);
    expect(answer.body).toBe(length === undefined ? "2\r\nok\r\n0\r\n\r\n" : "ok");
    const head = await sendRaw(edge.url, rawGet("/", "odd.test").replace("GET", "HEAD"));
    expect(/^content-length: (.*)\r$/im.exec(head.head)?.[1]).toBe(length);
  });

  it("declares no length of a body that its status does not have", async () => {
    for (const status of [204, 205]) {
      origin.answer = `HTTP/1.1 ${status} X\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`;
      for (const method of ["GET", "HEAD"]) {
        const answer = await sendRaw(edge.url, rawGet("/", "odd.test").replace("GET", method));
        expect([answer.status, answer.body]).toEqual([status, ""]);
        expect(answer.head).not.toMatch(/^content-length: [^0]/im);
      }
    }
  });

  it("has bytes beyond ASCII in its fields relayed as they are", async () => {
    expect((await relayed("HTTP/1.1 200 OK\r\nX-A: \xe8\xff\r\nContent-Length: 0\r\n\r\n")).head).toContain(
      ": \xe8\xff",
    );
  });

  it("may send early hints, of which the final answer is relayed", async () => {
    const early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    const answer = await relayed(`${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    expect([answer.status, answer.body]).toEqual([200, "ok"]);
  });

  it.each([
    ["status 999", "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok"],
    ["status 600", "HTTP/1.1 600 Odd\r\nContent-Length: 2\r\n\r\nok"],
    ["status 99", "HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok"],
    [
      "an upgrade that nobody asked for",
      "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    ],
    ["a field name with a blank", "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok"],
    ["two lengths in one line", "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok"],
    ["a length below zero", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"],
    ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok"],
    ["a length beyond 2^53", "HTTP/1.1 200 OK\r\nContent-Length: 9007199254740993\r\n\r\nok"],
    ["gzip in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
    ["gzip to the end of the connection", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok"],
    [
      "gzip in chunks, in two lines",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
    [
      "chunks of chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
    ["no HTTP at all", "hello\r\n\r\n"],
    ["nothing", ""],
  ])("that answers with %s is a bad gateway", async (_name, bytes) => {
    const answer = await relayed(bytes);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ title: "origin-unreachable" });
    expect(answer.head.toLowerCase()).toContain("proxy-status: headgate;error=connection_terminated");
  });

  it.each([
    ["Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("that cuts its answer short (%s) breaks the transfer to the client", async (_name, bytes) => {
    origin.answer = bytes;
    const client = edge.client("odd.test");
    await expect(client.get("/")).rejects.toThrow();
    const raw = await sendRaw(edge.url, rawGet("/", "odd.test"));
    expect(raw.status).toBe(200);
    expect(raw.body).not.toMatch(/\r\n0\r\n\r\n$/); // no last chunk that would make it look whole
    expect((await relayed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).body).toBe("ok");
  });

  afterAll(() => {
    expect(edge.output).toEqual([]); // nothing was thrown that nobody caught
  });
});
