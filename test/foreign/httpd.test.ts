// What Apache's framework (github.com/apache/httpd-tests) holds and any reverse proxy must.
import { expect } from "vitest";
import { foreign } from "../support/foreign.ts";
import { afterBody } from "../support/origin.ts";
import { cc, get } from "../support/rows.ts";
import { field } from "../support/wire.ts";

const { origin, wire, holds, site, wired, rawly, converse } = foreign("httpd");

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const DIGITS = Array.from({ length: 1000 }, (_, at) => String(at).padStart(4, "0")).join("");

// t/apache/http_strict.t: one line that is wrong, and what may come of it.

holds(
  "t/apache/http_strict.t",
  "a request that breaks the grammar is refused and reaches no origin",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const [what, request] of [
      ["a blank in the method", "G ET / HTTP/1.1\r\nHost: HOST\r\n"],
      ["a NUL in the method", "G\0ET / HTTP/1.1\r\nHost: HOST\r\n"],
      ["a slash in the method", "G/T / HTTP/1.1\r\nHost: HOST\r\n"],
      ["a NUL in the target", "GET /\0 HTTP/1.1\r\nHost: HOST\r\n"],
      ["a NUL after the version", "GET / HTTP/1.1\0\r\nHost: HOST\r\n"],
      ["a carriage return for a blank", "GET\r/ HTTP/1.1\r\nHost: HOST\r\n"],
      ["a control character in the target", "GET /\x01 HTTP/1.1\r\nHost: HOST\r\n"],
      ["something after the version", "GET / HTTP/1.1 x\r\nHost: HOST\r\n"],
      ["an unknown protocol", "GET / HTT/1.1\r\nHost: HOST\r\n"],
      ["a NUL in a value", "GET / HTTP/1.1\r\nHost: HOST\r\nFoo: b\0ar\r\n"],
      ["a field without a colon", "GET / HTTP/1.1\r\nHost: HOST\r\nFoo\r\n"],
      ["a blank in a field name", "GET / HTTP/1.1\r\nHost: HOST\r\nFoo bar:bash\r\n"],
      ["a tab in a field name", "GET / HTTP/1.1\r\nHost: HOST\r\nF\to: bar\r\n"],
      ["a carriage return in a field name", "GET / HTTP/1.1\r\nHost: HOST\r\nF\ro: bar\r\n"],
      ["a Host given twice", "GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n"],
      ["a blank in the Host", "GET / HTTP/1.1\r\nHost: HOST x\r\n"],
      ["a backslash in the Host", "GET / HTTP/1.1\r\nHost: HOST\\foo\r\n"],
      // Of a target's authority the runtime hands over nothing (docs/decisions/0025): its port is not judged.
    ] as const) {
      const client = converse();
      await client.say(`${request.replaceAll("HOST", host)}Connection: close\r\n\r\n`);
      const { status } = await client.hear();
      expect([0, 400, 404, 501, 505], what).toContain(status);
      client.hangUp();
    }
    expect(wire.seen).toEqual([]);
  },
);

holds(
  "t/apache/http_strict.t",
  "what a value may hold arrives as it came: tabs, bytes beyond ASCII, no blank before it",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const value of ["b\tar", "caf\xe9", "bar"]) {
      expect((await rawly(host, "/page", `X-Foo:${value}\r\n`)).status).toBe(200);
      expect(field(wire.last, "x-foo")).toBe(value);
    }
  },
);

holds("t/apache/http_strict.t", "a client that speaks HTTP/1.0 is answered", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  const client = converse();
  await client.say(`GET /page HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
  expect((await client.hear()).body).toBe("ok");
});

// Lengths of requests.

holds(
  "t/apache/contentlength.t",
  "a Content-Length that is no number, or too large for one, is refused",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    for (const length of ["-1", "123abc", "", `1${"0".repeat(33)}`, "2, 3", "+2", "0x2"]) {
      const client = converse();
      await client.say(
        `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\nab`,
      );
      const { status } = await client.hear();
      client.hangUp();
      expect([0, 400, 411, 413], length).toContain(status);
    }
    expect(wire.seen).toEqual([]);
  },
);

holds("t/apache/contentlength.t", "a Content-Length with many zeros before it is its number", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  const client = converse();
  await client.say(
    `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${"0".repeat(33)}2\r\n\r\nab`,
  );
  const { status } = await client.hear();
  expect([200, 400]).toContain(status);
  for (const seen of wire.seen) expect(seen).toMatch(/\r\n\r\nab$/);
});

holds("t/apache/chunkinput.t", "an extension of a chunk is no part of the body", async () => {
  origin.answers(afterBody((_request, response) => void response.end("ok")));
  const { host } = await site({ origins: [origin.url], cache: "off" });
  for (const line of ["A", "A; ext=val", 'A; ext="val"']) {
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${line}\r\n1234567890\r\n0\r\n\r\n`,
    );
    expect((await client.hear()).status, line).toBe(200);
    expect(origin.last.body, line).toBe("1234567890");
  }
});

holds(
  "t/apache/teclchunk.t",
  "of Content-Length and chunks the chunks end the message, its trailer included",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    const client = converse();
    await client.say(
      `POST /page HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 77\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Chunk-Trailer: 1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    expect([200, 400]).toContain((await client.hear()).status);
    await client.rest();
    expect(wire.lines).not.toContain("GET /smuggled");
  },
);

// Targets.

holds("t/security/CVE-2011-3368.t", "a target that would change the origin's host is refused", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  for (const target of ["@localhost/foobar.html", ":80@evil.test/", ".evil.test/"])
    expect((await rawly(host, target)).status, target).toBe(400);
  expect(wire.seen).toEqual([]);
});

holds("t/security/CVE-2020-1927.t", "an encoded line break never becomes one in a redirect", async () => {
  const { host } = await site({
    origins: [wire.url],
    more: {
      routes: [
        { id: "moved", match: { path: "/old/*" }, redirect: { to: "/new/*" } },
        { id: "rest", to: "web" },
      ],
    },
  });
  const answer = await rawly(host, "/old/%0d%0ahttp://evil.test/");
  expect(answer.head).not.toMatch(/\r\nhttp:/);
  expect(answer.status === 400 || (field(answer.head, "location") ?? "").startsWith("/new/%0D%0A")).toBe(
    true,
  );
});

holds("t/apache/hostcheck.t", "a host that nobody serves is answered by no other host's site", async () => {
  await wired("off");
  wire.answers(OK);
  expect((await rawly("notlisted.test")).status).toBe(404);
  expect(wire.seen).toEqual([]);
});

holds("t/modules/proxy.t", "an escaped per cent sign arrives as one (PR 15207)", async () => {
  const { host } = await wired("off");
  wire.answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  expect((await rawly(host, "/nonesuch/file%25")).status).toBe(404);
  expect(wire.lines).toEqual(["GET /nonesuch/file%25"]);
});

holds("t/modules/proxy.t", "a query arrives as it was sent", async () => {
  const { host } = await wired("off");
  wire.answers(OK);
  await rawly(host, "/page?reverse-proxy&a=%2F&a=b+c&&x");
  expect(wire.lines).toEqual(["GET /page?reverse-proxy&a=%2F&a=b+c&&x"]);
});

holds("t/modules/proxy.t", "a body that drips is one body", async () => {
  origin.answers((_request, response) => {
    const letters = [..."abcdef"];
    const drip = () => {
      const letter = letters.shift();
      if (letter === undefined) response.end();
      else response.write(letter, () => setImmediate(drip));
    };
    drip();
  });
  const client = await site({ origins: [origin.url], cache: "off" });
  expect((await client.get("/page")).text).toBe("abcdef");
});

holds("t/modules/proxy.t", "an interim answer is not the answer", async () => {
  const { host } = await wired("off");
  wire.answers(`HTTP/1.1 102 Processing\r\n\r\n${OK}`);
  const client = converse();
  await client.say(`GET /page HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = await client.hear();
  while (answer.status === 102) answer = await client.hear();
  expect([answer.status, answer.body]).toEqual([200, "ok"]);
});

holds(
  "t/modules/proxy.t",
  "a cookie whose name or value says domain or path keeps them (PR 61560)",
  async () => {
    origin.answers((_request, response) => {
      response.setHeader("set-cookie", [
        "fakedomain=127.0.0.1;domain=127.0.0.1",
        "fakepath=/local;path=/local",
      ]);
      response.end();
    });
    const client = await site({ origins: [`${origin.url}/local`], cache: "off" });
    expect((await client.get("/page")).cookies).toEqual([
      expect.stringMatching(new RegExp(`^fakedomain=127\\.0\\.0\\.1; ?domain=${client.host}$`, "i")),
      expect.stringMatching(/^fakepath=\/local; ?path=\/$/i),
    ]);
  },
);

// Ranges of a stored page.

const page = { headers: { "cache-control": "max-age=60", "content-type": "text/plain" }, body: DIGITS };

holds("t/apache/byterange7.t", "what is no valid set of ranges gets the whole", {
  given: [page],
  when: [get(), ...["", ",", "7-1", "foo", "1-4,x"].map((set) => get({ range: `bytes=${set}` }))],
  expect: Array.from({ length: 6 }, () => ({ status: 200, body: DIGITS })),
  asked: 1,
});

holds(
  "t/apache/byterange7.t",
  "a range that reaches beyond the end is cut there, one that begins there is unsatisfiable",
  {
    given: [page],
    when: [get(), get({ range: "bytes=3000-20000" }), get({ range: "bytes=100000-110000" })],
    expect: [
      { status: 200 },
      { status: 206, body: DIGITS.slice(3000), headers: { "content-range": "bytes 3000-3999/4000" } },
      { status: 416, headers: { "content-range": "bytes */4000" } },
    ],
    asked: 1,
  },
);

holds("t/apache/byterange7.t", "of several ranges the unsatisfiable ones are left out", {
  given: [page],
  when: [
    get(),
    get({ range: "bytes=100000-110000,1000-1003" }),
    get({ range: "bytes=100000-110000,200000-" }),
  ],
  expect: [{ status: 200 }, { status: 206, body: "0250" }, { status: 416 }],
  asked: 1,
});

holds("t/apache/maxranges.t", "two hundred overlapping ranges are not two hundred parts", {
  given: [page],
  when: [get(), get({ range: `bytes=${"0-1,3-4,".repeat(100)}0-1` })],
  expect: [{ status: 200 }, { status: 200, body: DIGITS }],
  asked: 1,
});

holds("t/apache/etags.t", "a page whose tag has changed is sent anew to whom has the old one", {
  given: [cc("max-age=1", { etag: '"a"' }), cc("max-age=60", { etag: '"b"' })],
  when: [get(), { after: 2 }, get({ "if-none-match": '"a"' }), get({ "if-none-match": '"b"' })],
  expect: ["1", { status: 200, body: "2", headers: { etag: '"b"' } }, { status: 304 }],
  asked: 2,
});

holds(
  "t/apache/limits.t",
  "a request line beyond all measure is 414, and fields beyond it 431 or 400",
  async () => {
    const { host } = await wired("off");
    wire.answers(OK);
    expect((await rawly(host, `/${"a".repeat(20_000)}`)).status).toBe(414);
    expect([400, 431]).toContain((await rawly(host, "/page", "X-A: b\r\n".repeat(12_000))).status);
    expect(wire.seen).toEqual([]);
  },
);

holds(
  "t/modules/headers.t",
  "lines of one field arrive with all their values in order, in both directions",
  async () => {
    const { host } = await wired("off");
    wire.answers("HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nX-A: 3\r\nContent-Length: 0\r\n\r\n");
    const answer = await rawly(host, "/page", "X-B: 1\r\nX-B: 2\r\n");
    expect([field(answer.head, "x-a"), field(wire.last, "x-b")]).toEqual(["1, 2, 3", "1, 2"]);
  },
);
