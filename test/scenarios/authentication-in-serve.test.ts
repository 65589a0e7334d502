// A site behind `auth` on a real `headgate serve`, over TCP, with everything around it that stores, copies or stands in for an answer. Ann and
// Bob have credentials, Eve has none: nothing that was fetched for the others reaches her, and nothing of hers reaches an origin.
import { createHash, pbkdf2Sync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { aFile, serves } from "../support/file-server.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";
import { sendRaw } from "../support/raw-client.ts";
import { ServiceFolder, until } from "../support/service.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const TOKEN = "a-secret-that-opens-everything";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const ANN = { "x-api-key": "ka" };
const BOB = { "x-api-key": "kb" };
const KEYS = `{ key: { keys: { ann: ${sha256("ka")}, bob: ${sha256("kb")} }, header: x-api-key, query: k, cookie: s } }`;

let answered = 0;
const origin = useOrigin((_request, response) => {
  response
    .writeHead(200, { "cache-control": "max-age=600", etag: '"1"', "content-type": "text/plain" })
    .end(`secret ${++answered}`);
});
const copy = useOrigin((_request, response) => void response.end("copy"));
const page = useOrigin((_request, response) => void response.end("a page for all"));

const service = new ServiceFolder();
let url = "";
let admin = "";
const clients: Client[] = [];

beforeAll(async () => {
  service.temporary = await mkdtemp(path.join(os.tmpdir(), "headgate-tmp-"));
  await mkdir(service.sites);
  const served = await service.servePublished({ HEADGATE_ADMIN_TOKEN: TOKEN }, "--processes", "1");
  url = served.url;
  admin = served.command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
}, 60_000);
afterEach(async () => {
  answered = 0;
  await Promise.all(clients.splice(0).map((client) => client.destroy()));
});
afterAll(async () => {
  await Promise.all(service.running.map((command) => command.interrupt()));
  await rm(service.temporary, { recursive: true, force: true });
});

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** The address that the client connects from. */
  readonly from?: string;
}

async function ask(host: string, target: string, { method = "GET", headers = {}, from }: Asking = {}) {
  const client = new Client(url, { ...(from !== undefined && { localAddress: from }) });
  clients.push(client);
  const answer = await client.request({
    path: target,
    method: method as "GET",
    headers: { host, ...headers },
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString() };
}

const told = async (asked: ReturnType<typeof ask>): Promise<string> => {
  const { status, text } = await asked;
  return `${status} ${status < 400 || !text.startsWith("{") ? text : JSON.parse(text).title}`;
};
const DENIED = "401 unauthenticated";

async function command(...words: string[]): Promise<string> {
  const ran = await runHeadgate(service.temporary, words, { HEADGATE_EDGE: admin, HEADGATE_TOKEN: TOKEN });
  // The slices are smaller here than a site would have them, which is a warning.
  expect(ran.err.replace(/^\S+ {2}routes\[0\]\.cache\.slice {2}.*\n1 warning in 1 file\n/, "")).toBe("");
  expect(ran.code).toBe(0);
  return ran.out;
}

const siteText = (host: string, routes: string, more = `auth: ${KEYS}`) => `hosts: [${host}]
pools:
  web: { origins: [{ id: a, url: "${origin.url}" }], retry: { attempts: 1 } }
  copy: { origins: [{ id: c, url: "${copy.url}" }] }
  pages: { origins: [{ id: p, url: "${page.url}" }] }
  dead: { origins: [{ id: d, url: "http://127.0.0.1:1" }], retry: { attempts: 1 }, sorry: { pool: pages, path: /sorry.html } }
${more}
routes:
${routes}
`;

/** Pushed, and served. */
async function publish(host: string, routes: string, more?: string): Promise<void> {
  const file = path.join(service.sites, `${host}.yaml`);
  await writeFile(file, siteText(host, routes, more));
  await command("push", file);
  await until("the site is served", async () => (await ask(host, "/")).status !== 404);
  origin.seen = [];
  answered = 0;
}

const ALL = "  - { id: all, to: web, cache: { ttl: 10m } }";

describe("behind auth on a running edge", { timeout: 60_000 }, () => {
  it("a purge lets nobody in: the next answer is fetched for who has a credential", async () => {
    await publish("purge.test", ALL);
    expect(await told(ask("purge.test", "/a", { headers: ANN }))).toBe("200 secret 1");
    expect(await told(ask("purge.test", "/a", { headers: BOB }))).toBe("200 secret 1");
    await command("purge", "http://purge.test/a");
    expect(await told(ask("purge.test", "/a"))).toBe(DENIED);
    expect(origin.seen).toHaveLength(1);
    await until("the purge is in force", async () =>
      (await ask("purge.test", "/a", { headers: BOB })).text.endsWith("2"),
    );
    expect(await told(ask("purge.test", "/a", { headers: ANN }))).toBe("200 secret 2");
    expect(await told(ask("purge.test", "/a"))).toBe(DENIED);
  });

  it("a mirror gets no credential in any place, and no copy of what was refused", async () => {
    await publish("mirror.test", "  - { id: all, to: web, cache: off, mirror: { to: copy } }");
    copy.seen = [];
    await ask("mirror.test", "/eve");
    await ask("mirror.test", "/eve", { headers: { "x-api-key": "wrong", "x-headgate-mirror": "1" } });
    await ask("mirror.test", "/header", { headers: { ...ANN, referer: "http://mirror.test/?k=ka&a=1" } });
    await ask("mirror.test", "/query?k=ka&v=1");
    await ask("mirror.test", "/cookie", { headers: { cookie: "s=ka; theme=dark" } });
    await until("the copies are there", () => copy.seen.length >= 3);
    expect(copy.seen.map((seen) => seen.url).sort()).toEqual(["/cookie", "/header", "/query?v=1"]);
    for (const seen of [...copy.seen, ...origin.seen]) {
      expect(JSON.stringify([seen.url, seen.rawHeaders])).not.toMatch(/\bka\b/);
    }
  });

  it("the page of a sorry pool is for who would have got the answer", async () => {
    await publish("sorry.test", "  - { id: all, to: dead, cache: { ttl: 10m } }");
    page.seen = [];
    expect(await told(ask("sorry.test", "/a"))).toBe(DENIED);
    expect(page.seen).toEqual([]);
    const { status, text } = await ask("sorry.test", "/a?k=ka", { headers: { cookie: "s=ka" } });
    expect([status, text]).toEqual([502, "a page for all"]);
    expect(page.last.url).toBe("/sorry.html");
    expect(JSON.stringify(page.last.rawHeaders)).not.toMatch(/\bka\b/);
  });

  it("the page of a pool for an error is asked for without a credential, and hands out nothing that was stored", async () => {
    await publish(
      "errors.test",
      `${ALL.slice(0, -2)}, errors: { pages: { 4xx: { pool: pages, path: /401.html } } } }`,
    );
    await ask("errors.test", "/a", { headers: ANN });
    page.seen = [];
    expect(await told(ask("errors.test", "/a", { headers: { "x-api-key": "wrong" } }))).toBe(
      "401 a page for all",
    );
    expect([page.last.url, page.last.headers["x-api-key"]]).toEqual(["/401.html", undefined]);
    expect(origin.seen).toHaveLength(1);
  });

  describe("of a large file in slices", () => {
    beforeAll(() => publish("slices.test", "  - { id: all, to: web, cache: { ttl: 10m, slice: 64KiB } }"));

    it.each([
      ["the first bytes", { range: "bytes=0-99" }],
      ["bytes of a later slice", { range: "bytes=70000-70099" }],
      ["the last bytes", { range: "bytes=-10" }],
      ["several ranges", { range: "bytes=0-1,70000-70001" }],
      ["a range after the end", { range: "bytes=9999999-" }],
      ["a range if it is the same", { range: "bytes=0-99", "if-range": '"v1"' }],
      ["a condition", { "if-none-match": '"v1"' }],
    ])("no slice of a large file is had by %s", async (_what, headers) => {
      origin.answers(
        serves({ file: aFile(200_000), headers: { etag: '"v1"', "cache-control": "max-age=600" } }),
      );
      const whole = await ask("slices.test", "/file", { headers: ANN });
      expect(whole.bytes).toEqual(aFile(200_000));
      await until("the slices are stored", async () =>
        /; hit/.test(String((await ask("slices.test", "/file", { headers: BOB })).headers["cache-status"])),
      );
      origin.seen = [];
      for (const method of ["GET", "HEAD"]) {
        const stolen = await ask("slices.test", "/file", { method, headers });
        expect([method, stolen.status, stolen.headers["content-range"], stolen.headers.etag]).toEqual([
          method,
          401,
          undefined,
          undefined,
        ]);
      }
      const part = await ask("slices.test", "/file", { headers: { ...BOB, range: "bytes=70000-70099" } });
      expect([part.status, part.bytes]).toEqual([206, aFile(200_000).subarray(70_000, 70_100)]);
      expect(origin.seen).toEqual([]);
    });
  });

  it("nobody joins a flight without a credential, and who leads one gives it to nobody else", async () => {
    await publish("flight.test", ALL);
    const gate = aGate();
    origin.answers(async (_request, response) => {
      await gate.opened;
      response.writeHead(200, { "cache-control": "max-age=600" }).end("secret");
    });
    const anns = ask("flight.test", "/a", { headers: ANN });
    await until("the origin is asked", () => origin.seen.length === 1);
    const bobs = ask("flight.test", "/a", { headers: BOB });
    const others = await Promise.all(
      [{}, { "x-api-key": "wrong" }, { "x-api-key": "ka, kb" }].map((headers) =>
        told(ask("flight.test", "/a", { headers })),
      ),
    );
    expect(others).toEqual([DENIED, DENIED, DENIED]);
    gate.open();
    expect([await told(anns), await told(bobs)]).toEqual(["200 secret", "200 secret"]);
    expect(origin.seen).toHaveLength(1);
  });

  it("what is stale is for who has a credential, and nobody else has it refreshed", async () => {
    await publish(
      "stale.test",
      "  - { id: all, to: web, cache: { staleWhileRevalidate: 1h, staleIfError: 1h } }",
      `auth: { ${KEYS.slice(1, -1)}, fields: { x-user: sub } }`,
    );
    origin.answers((request, response) => {
      response
        .writeHead(200, { "cache-control": "max-age=0, stale-while-revalidate=600" })
        .end(`secret ${++answered} for ${request.headers["x-user"]}`);
    });
    expect(await told(ask("stale.test", "/a", { headers: ANN }))).toBe("200 secret 1 for ann");
    for (const method of ["GET", "HEAD"])
      expect(
        (await ask("stale.test", "/a", { method, headers: { "cache-control": "max-stale" } })).status,
      ).toBe(401);
    expect(origin.seen).toHaveLength(1);
    expect(await told(ask("stale.test", "/a", { headers: ANN }))).toBe("200 secret 1 for ann");
    await until("it is refreshed", () => origin.seen.length === 2);
    // The refresh in the background is for her as well.
    expect(origin.last.headers["x-user"]).toBe("ann");
    expect(await told(ask("stale.test", "/a", { headers: BOB }))).toBe("200 secret 3 for bob");
  });

  it("an Upgrade is refused before an origin is asked", async () => {
    await publish("upgrade.test", "  - { id: all, to: web, cache: off }");
    const sockets = new WebSocketServer({ server: origin.server });
    let opened = 0;
    sockets.on("connection", (socket) => {
      opened++;
      socket.close();
    });
    const upgrade = (target: string, fields = "") =>
      sendRaw(
        url,
        `GET ${target} HTTP/1.1\r\nHost: upgrade.test\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${fields}\r\n`,
      );
    for (const fields of ["", "X-Api-Key: wrong\r\n", "Sec-WebSocket-Protocol: ka\r\n"])
      expect((await upgrade("/ws", fields)).status).toBe(401);
    expect([opened, origin.seen]).toEqual([0, []]);
    sockets.close();
  });

  describe("by its request line", () => {
    beforeAll(async () => {
      const open = '  - { id: open, match: { path: "/open/*" }, auth: off, to: pages }';
      await publish("lines.test", `${open}\n${ALL}`);
      await publish("open.test", "  - { id: all, to: pages }", "");
    });

    it.each<[what: string, line: string, fields?: string]>([
      ["HEAD", "HEAD /a HTTP/1.1"],
      ["an absolute-form request line", "GET http://lines.test/a HTTP/1.1"],
      ["the absolute form with another host in Host", "GET http://lines.test/a HTTP/1.1", "Host: open.test"],
      ["the absolute form of an open host", "GET http://open.test/a HTTP/1.1"],
      ["the absolute form with https", "GET https://lines.test/a HTTP/1.1"],
      ["the absolute form with a user", "GET http://ann:ka@lines.test/a HTTP/1.1"],
      ["the absolute form with dot segments", "GET http://lines.test/open/../a HTTP/1.1"],
      ["the authority form", "CONNECT lines.test:80 HTTP/1.1"],
      ["an asterisk", "OPTIONS * HTTP/1.1"],
      ["HTTP/1.0", "GET /a HTTP/1.0"],
      ["an open path with a dot segment", "GET /open/../a HTTP/1.1"],
      ["an open path with an escaped slash", "GET /open/..%2fa HTTP/1.1"],
      ["a path parameter", "GET /open/..;/a HTTP/1.1"],
      ["a backslash", "GET /open\\..\\a HTTP/1.1"],
      ["a fragment", "GET /a#/open/x HTTP/1.1"],
      ["a method override", "POST /a HTTP/1.1", "X-HTTP-Method-Override: GET\r\nContent-Length: 0"],
      ["an overridden URL", "GET /open/../a HTTP/1.1", "X-Original-URL: /open/x"],
      ["two hosts", "GET /a HTTP/1.1", "Host: open.test\r\nHost: lines.test"],
      ["a host with a port", "GET /a HTTP/1.1", "Host: lines.test:1"],
      ["a host with a dot", "GET /a HTTP/1.1", "Host: lines.test."],
      ["a host in capitals", "GET /a HTTP/1.1", "Host: LINES.TEST"],
      ["a host with a path", "GET /a HTTP/1.1", "Host: lines.test/open"],
    ])("what is stored is not had by %s", async (_what, line, fields = "Host: lines.test") => {
      await ask("lines.test", "/a", { headers: ANN });
      origin.seen = [];
      const all = /^Host:/im.test(fields) ? fields : `Host: lines.test\r\n${fields}`;
      const { head, body } = await sendRaw(url, `${line}\r\n${all}\r\nConnection: close\r\n\r\n`);
      expect(head + body).not.toContain("secret");
      expect(head).not.toMatch(/^etag|^cache-status: headgate; hit/im);
      expect(origin.seen).toEqual([]);
    });
  });

  describe("while a version is rolled out", () => {
    const salt = Buffer.alloc(16, 7);
    const unpadded = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const hash = `$pbkdf2-sha256$i=100000$${unpadded(salt)}$${unpadded(pbkdf2Sync("pw", salt, 100_000, 32, "sha256"))}`;
    const OTHER = `{ basic: { users: { ann: "${hash}" } } }`;
    const basic = { authorization: `Basic ${Buffer.from("ann:pw").toString("base64")}` };
    /** Which version an address gets does not change while the rollout lasts. */
    const addresses = Array.from({ length: 24 }, (_, at) => `127.0.0.${at + 2}`);

    /** Which addresses get the version with this challenge, and which get another. */
    async function rolledOut(host: string, auth: string, scheme: string) {
      await publish(host, ALL);
      const file = path.join(service.sites, `${host}.yaml`);
      await writeFile(file, siteText(host, ALL, auth));
      await command("push", file, "--share", "50%");
      const challenge = async (from: string) =>
        /^\w+/.exec(String((await ask(host, "/probe", { from })).headers["www-authenticate"] ?? "none"))?.[0];
      let got: (string | undefined)[] = [];
      // Two looks that agree: the edge may have learned of it in the middle of one.
      await until("the rollout is known", async () => {
        const before = got.join();
        got = await Promise.all(addresses.map(challenge));
        return new Set(got).size === 2 && got.join() === before;
      });
      origin.seen = [];
      answered = 0;
      return {
        next: addresses.filter((_, at) => got[at] === scheme),
        live: addresses.filter((_, at) => got[at] !== scheme),
      };
    }

    it("that opens the site, the closed one stays closed, and what is stored in one is not found in the other", async () => {
      const { next, live } = await rolledOut("opening.test", "", "none");
      const [one = "", two = ""] = next;
      const [three = "", four = ""] = live;
      expect(await told(ask("opening.test", "/a", { headers: ANN, from: three }))).toBe("200 secret 1");
      // The origin is asked again, because nobody says that it would answer a stranger as it answers Ann.
      expect(await told(ask("opening.test", "/a", { from: one }))).toBe("200 secret 2");
      expect(await told(ask("opening.test", "/a", { from: two }))).toBe("200 secret 2");
      expect(await told(ask("opening.test", "/a", { from: four }))).toBe(DENIED);
      expect(await told(ask("opening.test", "/a", { from: four, headers: BOB }))).toBe("200 secret 1");
    });

    it("with another way, each version asks for its own credential", async () => {
      const { next, live } = await rolledOut("changing.test", `auth: ${OTHER}`, "Basic");
      const [one = "", two = ""] = next;
      const [three = ""] = live;
      expect(await told(ask("changing.test", "/a", { headers: ANN, from: three }))).toBe("200 secret 1");
      expect(await told(ask("changing.test", "/a", { headers: ANN, from: one }))).toBe(DENIED);
      expect(await told(ask("changing.test", "/a", { headers: basic, from: three }))).toBe(DENIED);
      expect(await told(ask("changing.test", "/a", { headers: basic, from: one }))).toBe("200 secret 1");
      expect(await told(ask("changing.test", "/a", { from: two }))).toBe(DENIED);
    });
  });
});
