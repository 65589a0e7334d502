// What undici's tests (github.com/nodejs/undici) of its cache, its de-duplication and its parser hold.
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { aGate } from "../support/gate.ts";
import { after, ask, cc, fromNow, get } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { edge, origin, wire, holds, site, wired, rawly } = foreign("undici");

// test/interceptors/cache.js

holds(
  "test/interceptors/cache.js",
  "a refresh in the background that ends in a 304 keeps the variants apart",
  {
    given: [
      cc("max-age=1, stale-while-revalidate=60", { vary: "x-lang", etag: '"en"' }),
      { status: 304, headers: { etag: '"en"', "cache-control": "max-age=60" } },
      cc("max-age=60", { vary: "x-lang" }),
    ],
    when: [
      get({ "x-lang": "en" }),
      after(2),
      get({ "x-lang": "en" }),
      get({ "x-lang": "de" }),
      get({ "x-lang": "en" }),
    ],
    expect: ["1", "1", "3", "1"],
    asked: 3,
  },
);

holds("test/interceptors/cache.js", "a validation carries the fields that the variant was chosen by", {
  given: [cc("max-age=1", { vary: "x-lang", etag: '"en"' }), { status: 304, headers: { etag: '"en"' } }],
  when: [get({ "x-lang": "en" }), after(2), get({ "x-lang": "en" })],
  expect: ["1", "1"],
  asked: [{ "x-lang": "en" }, { "x-lang": "en", "if-none-match": '"en"' }],
});

holds("test/interceptors/cache.js", "a * among other names in a second Vary field forbids storing", {
  given: [cc("max-age=60", { vary: ["x-lang", "x-a, *"] })],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/interceptors/cache.js", "no-cache with a validator is stored, and asked about each time", {
  given: [
    cc("no-cache", { etag: '"a"' }),
    { status: 304, headers: { etag: '"a"', "cache-control": "no-cache" } },
  ],
  when: [get(), get(), get()],
  expect: ["1", "1", "1"],
  asked: [{}, { "if-none-match": '"a"' }, { "if-none-match": '"a"' }],
});

holds(
  "test/interceptors/cache.js",
  "a successful POST forgets what its Location and Content-Location name on the same host, and nothing elsewhere",
  async () => {
    let count = 0;
    origin.answers((request, response) => {
      if (request.method === "POST")
        return void response
          .writeHead(201, { location: "/made", "content-location": "http://else.test/kept" })
          .end("posted");
      response.writeHead(200, { "cache-control": "max-age=60" }).end(String(++count));
    });
    const client = await site({ origins: [origin.url] });
    for (const path of ["/made", "/kept"]) await client.get(path);
    await edge.settled();
    await client.ask("/list", { method: "POST", body: "x" });
    await edge.settled();
    expect([(await client.get("/made")).text, (await client.get("/kept")).text]).toEqual(["3", "2"]);
  },
);

holds("test/interceptors/cache.js", "an unsafe method that fails forgets nothing", {
  given: [cc("max-age=60"), { status: 500 }],
  when: [get(), ask("DELETE"), get()],
  expect: ["1", { status: 500 }, "1"],
  asked: 2,
});

holds(
  "test/interceptors/cache.js",
  "what no-cache and private name in quotes is left out of what is stored",
  {
    given: [
      cc('max-age=60, no-cache="x-a , x-b", private="x-c"', {
        "x-a": "1",
        "x-b": "2",
        "x-c": "3",
        "x-d": "4",
      }),
    ],
    when: [get(), get()],
    expect: [
      { body: "1", headers: { "x-a": "1", "x-c": "3" } },
      { body: "1", headers: { "x-a": null, "x-b": null, "x-c": null, "x-d": "4" } },
    ],
    asked: 1,
  },
);

holds("test/interceptors/cache.js", "a quote that is never closed hides no no-store behind it", {
  given: [cc('max-age=60, no-cache="x-a, no-store')],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/interceptors/cache.js", "a private that names no field is private as a whole", {
  given: ['private=""', 'private=","', "private="].map((empty) => cc(`max-age=60, ${empty}`)),
  when: [get(), get(), get(), get()],
  expect: ["1", "2", "3", "4"],
  asked: 4,
});

holds("test/interceptors/cache.js", "private as a whole is not narrowed by one that names a field", {
  given: [cc('max-age=60, private, private="x-a"')],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/interceptors/cache.js", "a Last-Modified that is no date makes nothing fresh", {
  given: [{ headers: { "last-modified": "not a date" } }],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/interceptors/cache.js", "a 304 that says no-store is the last answer from what is stored", {
  given: [
    cc("max-age=1", { etag: '"a"' }),
    { status: 304, headers: { etag: '"a"', "cache-control": "no-store" } },
    cc("max-age=60"),
  ],
  when: [get(), after(2), get(), get()],
  expect: ["1", "1", "3"],
  asked: 3,
});

holds("test/interceptors/cache.js", "a Date in the future does not lengthen a life", {
  given: [cc("max-age=10", { date: fromNow(3_600) })],
  when: [get(), after(11), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds("test/interceptors/cache.js", "stale-while-revalidate gives way to proxy-revalidate and no-cache", {
  given: [
    cc("max-age=1, stale-while-revalidate=60, proxy-revalidate"),
    cc("no-cache, stale-while-revalidate=60"),
  ],
  when: [get(), after(2), get(), after(2), get()],
  expect: ["1", "2", "3"],
  asked: 3,
});

holds(
  "test/interceptors/cache.js",
  "of several ranges and of conditions nothing is stored that answers a plain GET",
  {
    given: [
      {
        status: 206,
        headers: { "content-type": "multipart/byteranges; boundary=x", "cache-control": "max-age=60" },
      },
      { status: 304, headers: { etag: '"a"', "cache-control": "max-age=60" } },
      cc("max-age=60"),
    ],
    when: [get({ range: "bytes=0-0,2-2" }), get({ "if-none-match": '"a"' }), get()],
    expect: [{ status: 206 }, { status: 304 }, "3"],
    asked: 3,
  },
);

holds(
  "test/interceptors/cache.js",
  "only-if-cached is answered with 504 where nothing is stored, and no origin is asked",
  {
    given: [cc("max-age=60")],
    when: [get({ "cache-control": "only-if-cached" }), get(), get({ "cache-control": "only-if-cached" })],
    expect: [{ status: 504 }, "1", "1"],
    asked: 1,
  },
);

holds("test/interceptors/cache.js", "a malformed s-maxage gives no leave for an answer to credentials", {
  given: [cc("s-maxage=abc, max-age=60")],
  when: [get({ authorization: "Basic x" }), get()],
  expect: ["1", "2"],
  asked: 2,
});

// test/cache-interceptor/utils.js

holds("test/cache-interceptor/utils.js", "directives are known in any case", {
  given: [cc("Max-Age=60, NO-STORE")],
  when: [get(), get()],
  expect: ["1", "2"],
  asked: 2,
});

holds(
  "test/cache-interceptor/utils.js",
  "of a number that is given twice the first counts, or the response is stale",
  {
    given: [cc("max-age=10, max-age=100")],
    when: [get(), after(11), get()],
    expect: ["1", "2"],
    asked: 2,
  },
);

// test/interceptors/cache-query-params.js

holds(
  "test/interceptors/cache-query-params.js",
  "a query that is empty and one that is missing, and one in another order, are pages of their own",
  {
    given: [cc("max-age=60")],
    when: [get({}, "?a=1&b=2"), get({}, "?b=2&a=1"), get({}, "?a=1"), get({}, "?a=1&b=2"), get()],
    expect: ["1", "2", "3", "1", "4"],
    asked: 4,
  },
);

// test/interceptors/deduplicate.js

holds(
  "test/interceptors/deduplicate.js",
  "who asks with other credentials does not wait for another's answer",
  async () => {
    const gate = aGate();
    origin.answers(async (request, response) => {
      await gate.opened;
      response
        .writeHead(200, { "cache-control": "max-age=60" })
        .end(`for ${request.headers.authorization ?? "all"}`);
    });
    const { host } = await site({ origins: [origin.url] });
    const asking = ["a", "b", "a"].map((authorization) => edge.client(host).get("/page", { authorization }));
    await edge.until("all wait", ({ inFlight }) => inFlight === 3);
    gate.open();
    expect((await Promise.all(asking)).map(({ text }) => text)).toEqual(["for a", "for b", "for a"]);
  },
);

holds("test/interceptors/deduplicate.js", "two POSTs are two", async () => {
  const gate = aGate();
  let count = 0;
  origin.answers(async (_request, response) => {
    const mine = ++count;
    await gate.opened;
    response.end(String(mine));
  });
  const { host } = await site({ origins: [origin.url] });
  const asking = [1, 2].map(() => edge.client(host).ask("/page", { method: "POST", body: "x" }));
  await edge.until("both wait", ({ inFlight }) => inFlight === 2);
  gate.open();
  expect((await Promise.all(asking)).map(({ text }) => text).sort()).toEqual(["1", "2"]);
});

holds(
  "test/interceptors/deduplicate.js",
  "a crowd that waits for other variants than the one that comes is answered rightly",
  async () => {
    const gate = aGate();
    origin.answers(async (request, response) => {
      await gate.opened;
      response
        .writeHead(200, { "cache-control": "max-age=60", vary: "x-lang" })
        .end(`in ${request.headers["x-lang"]}`);
    });
    const { host } = await site({ origins: [origin.url] });
    const asking = ["en", "de", "en", "de"].map((lang) => edge.client(host).get("/page", { "x-lang": lang }));
    await edge.until("all wait", ({ inFlight }) => inFlight === 4);
    gate.open();
    expect((await Promise.all(asking)).map(({ text }) => text)).toEqual(["in en", "in de", "in en", "in de"]);
  },
);

holds(
  "test/interceptors/deduplicate.js",
  "one that hangs up does not take the answer from the others",
  async () => {
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=60" }).end("for all");
    });
    const { host } = await site({ origins: [origin.url] });
    const first = edge.client(host);
    const gone = first.get("/page").catch(() => "gone");
    await edge.until("the first asks", ({ inFlight }) => inFlight === 1);
    const asking = [1, 2].map(() => edge.client(host).get("/page"));
    await edge.until("all wait", ({ inFlight }) => inFlight === 3);
    await first.close();
    expect(await gone).toBe("gone");
    gate.open();
    expect((await Promise.all(asking)).map(({ text }) => text)).toEqual(["for all", "for all"]);
  },
);

// The parser and connections.

holds("test/parser-issues.js", "a response whose head comes in pieces is one response", async () => {
  const client = await wired("off");
  wire.answers(async (_request, socket) => {
    for (const piece of ["HTTP/1.1 200 OK\r\nX-Na", "me: val", "ue\r\nContent-Length: 2\r", "\n\r\nok"])
      await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
  });
  const answer = await client.get("/page");
  expect([answer.header("x-name"), answer.text]).toEqual(["value", "ok"]);
});

holds("test/parser-issues.js", "chunks that end with the connection are a broken body", async () => {
  const client = await wired("off");
  wire.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  await expect(client.get("/page")).rejects.toThrow();
});

holds(
  "test/trailers.js",
  "trailers that a response announces are no fields, whether they come or not",
  async () => {
    const { host } = await wired();
    wire.answers(
      "HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\nSet-Cookie: a=1\r\n\r\n",
    );
    const answer = await rawly(host);
    expect(answer.status).toBe(200);
    expect(["trailer", "x-t", "set-cookie"].map((name) => field(answer.head, name))).toEqual([
      null,
      null,
      null,
    ]);
  },
);

holds(
  "test/response-queue-poisoning.js",
  "bytes that an origin sends unasked are not the answer to the next request",
  async () => {
    const client = await wired("off");
    let count = 0;
    const sent = aGate();
    wire.answers((_request, socket) => {
      const poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood`;
      socket.write(++count === 1 ? answer + poison : answer, () => sent.open());
    });
    expect((await client.get("/1")).text).toBe("good");
    await sent.opened;
    const next = await client.get("/2");
    expect(next.text).not.toBe("poison");
  },
);

holds(
  "test/content-length.js",
  "a response with more or fewer bytes than announced does not hang and does not lie",
  async () => {
    const client = await wired("off");
    wire.answersInTurn(
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlong",
    );
    await expect(client.get("/1")).rejects.toThrow();
    expect((await client.get("/2")).text).toBe("lo");
  },
);
