import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, replies, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

describe("bad input", () => {
  const edge = useEdge();
  const origin = useOrigin();
  let client: EdgeClient;

  beforeAll(async () => {
    client = await edge.site({
      hosts: ["bad.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "odd",
          match: { path: "/odd/*" },
          allowInPath: ["encoded-slash", "backslash", "control"],
          to: "web",
        },
        { id: "rest", to: "web" },
      ],
    });
  });

  /** After each of them the next request works, and nothing was thrown. */
  afterEach(async () => {
    const next = await client.get("/next");
    expect([next.status, next.text]).toEqual([200, "hello"]);
    expect(origin.seen.map((seen) => seen.url).slice(-1)).toEqual(["/next"]);
    expect(edge.output).toEqual([]);
  });

  /** In the name of the site, or of nobody if the request names none. */
  const refusedAs = async (
    bytes: string,
    status: number,
    reason: string,
    site: string | null = "bad.test",
  ) => {
    const answer = await sendRaw(edge.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.head).toContain("application/problem+json");
    const problem = JSON.parse(answer.body) as Record<string, unknown>;
    const told = site === null ? { type: "about:blank" } : { type: `urn:headgate:${reason}`, title: reason };
    expect(problem).toMatchObject({ ...told, status });
    if (site === null) expect(answer.head).not.toMatch(/headgate/i);
    expect((await edge.settled()).records.at(-1)).toMatchObject({ refusal: reason, site });
    expect(answer.head.toLowerCase()).toContain(`x-request-id: ${problem.requestId}`);
    expect(origin.seen).toEqual([]);
  };

  it.each([
    ["a broken percent-encoding", "/a%zz", 400, "bad-path-encoding"],
    ["an encoded slash", "/a%2Fb", 400, "path-refused"],
    ["a backslash", "/a\\b", 400, "path-refused"],
    ["an encoded backslash", "/a%5Cb", 400, "path-refused"],
    ["a null byte", "/a%00b", 400, "path-refused"],
    ["an encoded line break", "/a%0d%0aX-Injected:%201", 400, "path-refused"],
    ["dots behind an encoded slash", "/x/..%2fadmin", 400, "path-refused"],
    ["dots with parameters", "/x/..;/admin", 400, "path-refused"],
    ["dots with parameters where the route allows much", "/odd/..;v=1/admin", 400, "path-refused"],
    ["dots behind an encoded slash where the route allows one", "/odd/..%2fadmin", 400, "path-refused"],
    ["a 16 KB URL", `/${"a".repeat(16_384)}`, 414, "uri-too-long"],
  ])("%s is refused", async (_name, target, status, reason) => {
    await refusedAs(rawGet(target, "bad.test"), status, reason);
  });

  it.each([
    "bad.test/admin",
    "bad.test?x",
    "bad.test, other.test",
    "bad test",
    "bad.test:99999",
    "[::g]",
    "%61.test",
  ])("the Host %s is refused", async (host) => {
    await refusedAs(rawGet("/", host), 400, "bad-host", null);
  });

  it("a second Host field is refused", async () => {
    await refusedAs(rawGet("/", "bad.test", "Host: other.test\r\n"), 400, "bad-host", null);
  });

  it.each([
    ["TRACE", 501, "method-refused", "bad.test"],
    ["OPTIONS *", 400, "bad-target", null],
  ])("%s is refused", async (method, status, reason, site) => {
    const line = method.includes(" ") ? method : `${method} /`;
    await refusedAs(`${line} HTTP/1.1\r\nHost: bad.test\r\nConnection: close\r\n\r\n`, status, reason, site);
  });

  it("header fields of more than 32 KB are refused", async () => {
    await refusedAs(rawGet("/", "bad.test", `X-Big: ${"a".repeat(40_000)}\r\n`), 431, "headers-too-large");
  });

  it("a GET with a body is refused, and one with an empty body goes through", async () => {
    await refusedAs(`${rawGet("/", "bad.test", "Content-Length: 2\r\n")}ab`, 400, "body-refused");
    await refusedAs(
      `${rawGet("/", "bad.test", "Transfer-Encoding: chunked\r\n")}0\r\n\r\n`,
      400,
      "body-refused",
    );
    const empty = await sendRaw(edge.url, rawGet("/empty", "bad.test", "Content-Length: 0\r\n"));
    expect(empty.status).toBe(200);
    expect(origin.last.url).toBe("/empty");
  });

  const post = (fields: string) =>
    `POST /post HTTP/1.1\r\nHost: bad.test\r\nConnection: close\r\n${fields}\r\n`;

  it.each([
    ["gzip in chunks", "Transfer-Encoding: gzip, chunked\r\n", 501, "transfer-coding-refused"],
    [
      "gzip in chunks, in two lines",
      "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
      501,
      "transfer-coding-refused",
    ],
    ["a coding that nobody knows", "Transfer-Encoding: xyz, chunked\r\n", 501, "transfer-coding-refused"],
    ["chunks of chunks", "Transfer-Encoding: chunked, chunked\r\n", 400, "bad-framing"],
  ])("a body in %s is refused", async (_name, fields, status, reason) => {
    await refusedAs(`${post(fields)}2\r\nab\r\n0\r\n\r\n`, status, reason);
    await refusedAs(`${post(fields).replace("POST", "GET")}0\r\n\r\n`, status, reason);
  });

  it("a length that no stream can have is refused", async () => {
    for (const length of ["9007199254740992", "9007199254740993"])
      await refusedAs(`${post(`Content-Length: ${length}\r\n`)}ab`, 400, "bad-framing");
  });

  it.each([
    ["the same length twice", "Content-Length: 2\r\nContent-Length: 2\r\n"],
    ["a length with zeros before it", "Content-Length: 002\r\n"],
  ])("%s is that length", async (_name, fields) => {
    origin.answers(afterBody((_request, response, seen) => void response.end(`got ${seen.body}`)));
    const answer = await sendRaw(edge.url, `${post(fields)}ab`);
    expect([answer.status, answer.body]).toEqual([200, "got ab"]);
    expect(origin.last.headers["content-length"]).toBe("2");
    origin.answers(replies(["hello"]));
  });

  it.each(["/", "/%", "/a/..%2fb", `/${"a".repeat(9_000)}`])(
    "of a host that nobody serves tells nobody what refuses: %.12s",
    async (target) => {
      for (const accept of ["*/*", "text/html"]) {
        const answer = await sendRaw(edge.url, rawGet(target, "nobody.test", `Accept: ${accept}\r\n`));
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.head + answer.body).not.toMatch(/headgate|proxy-status|via:|cache-status/i);
      }
    },
  );

  // The runtime itself refuses these, before the Worker is asked: in plain text, and it closes the connection.
  it.each([
    ["a URL of 64 KB", rawGet(`/${"a".repeat(65_536)}`, "bad.test"), 414],
    ["header fields of 1 MB", rawGet("/", "bad.test", `X-Big: ${"a".repeat(1_048_576)}\r\n`), 431],
    ["a control character in the path", rawGet("/a\x01b", "bad.test"), 400],
    ["raw bytes that are no UTF-8 in the path", rawGet("/\xff\xfe", "bad.test"), 400],
    ["no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["an unknown method", "BREW / HTTP/1.1\r\nHost: bad.test\r\n\r\n", 501],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: bad.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    ["a folded field", rawGet("/", "bad.test", "X-A: 1\r\n  2\r\n"), 400],
    ["a blank before the colon", rawGet("/", "bad.test", "X-A : 1\r\n"), 400],
    ["a line that is no request", "hello\r\n\r\n", 400],
  ])("%s: the runtime answers", async (_name, bytes, status) => {
    expect((await sendRaw(edge.url, bytes)).status).toBe(status);
    expect(origin.seen).toEqual([]);
  });

  it("both lengths of a message: the chunked one counts, and nothing that follows is taken for a request", async () => {
    const smuggled = "GET /smuggled HTTP/1.1\r\nHost: bad.test\r\n\r\n";
    const answer = await sendRaw(
      edge.url,
      `POST /both HTTP/1.1\r\nHost: bad.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect(answer.status).toBe(200);
    expect(origin.seen.map((seen) => seen.url)).toEqual(["/both"]);
  });
});

describe("the path that the origin gets", () => {
  const edge = useEdge();
  const origin = useOrigin();

  it.each([
    ["/%61/./b/../c", "/a/c"],
    ["//a///b", "/a/b"],
    ["/a;x=1/b..;/c", "/a;x=1/b..;/c"],
    ["/%c3%a9?q=%41%zz%2f", "/%C3%A9?q=%41%zz%2f"],
    ['/a"{|}^', "/a%22%7B%7C%7D%5E"],
    ["/a?q='x'", "/a?q=%27x%27"],
    ["/odd/a\\b", "/odd/a%5Cb"],
    ["/odd/a%2fb", "/odd/a%2Fb"],
    ["/odd/a%00", "/odd/a%00"],
    ["http://ignored.test/abs?x", "/abs?x"],
    ["/a#b", "/a"],
  ])("%s is the canonical %s", async (sent, received) => {
    await edge.site({
      hosts: ["path.test"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [
        {
          id: "odd",
          match: { path: "/odd/*" },
          allowInPath: ["encoded-slash", "backslash", "control"],
          to: "web",
        },
        { id: "rest", to: "web" },
      ],
    });
    expect((await sendRaw(edge.url, rawGet(sent, "path.test"))).status).toBe(200);
    expect(origin.last.url).toBe(received);
  });

  it.each(["PATH2.TEST", "path2.test.", "path2.test:8080", "path2.test:"])(
    "Host %s finds the site",
    async (host) => {
      await edge.site({
        hosts: ["path2.test"],
        pools: { web: { origins: [{ id: "a", url: origin.url }] } },
        routes: [{ id: "rest", to: "web" }],
      });
      expect((await sendRaw(edge.url, rawGet("/", host))).status).toBe(200);
    },
  );
});
