// Purges by PURGE and BAN over TCP, as the operators of an origin send them to Varnish: signed, or with a token; and nobody else.
import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { purgeKeyOf, signatureFields } from "../../cli/signing/sign-request.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "the-root-secret-of-an-edge-in-a-test";
const TOKEN = "the-token-of-a-content-management-system";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const edge = useEdge({
  TEST_KEEPERS: "yes",
  HEADGATE_SECRET: SECRET,
  HEADGATE_ADMIN_HOST: "admin.test",
  HEADGATE_ADMIN_TOKEN: TOKEN,
});
let pages = 0;
const origin = useOrigin((request, response) => {
  response.sendDate = false; // the edge has a clock of its own
  const { method, url = "" } = request;
  if (method !== "GET") return void response.writeHead(200).end(`the origin got ${method}`);
  const tags = url.startsWith("/news/") ? "news, all" : "all";
  response.writeHead(200, { "cache-control": "max-age=600", "cache-tag": tags }).end(`page ${++pages}`);
});

let host = "";
let sites = 0;
let client: EdgeClient;
async function aSite(purgeRequests: SiteFile["purgeRequests"] | undefined, more: Partial<SiteFile> = {}) {
  host = `cms-${++sites}.test`;
  client = await edge.site({
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: "own" } },
      { id: "all", to: "web" },
    ],
    ...(purgeRequests && { purgeRequests }),
    ...more,
  });
}

beforeEach(() => {
  pages = 0;
});

/** As a client that can sign: with the key of the site, for this moment unless it says another. */
function signing(
  method: string,
  target: string,
  fields: Record<string, string> = {},
  { key = purgeKeyOf(SECRET, host), ago = 0 } = {},
): Record<string, string> {
  const createdSeconds = Math.floor(edge.now / 1_000) - ago;
  const url = new URL(`http://${host}${target}`);
  const lines = signatureFields({ method, url, fields: Object.entries(fields), createdSeconds }, key);
  return { ...fields, ...Object.fromEntries(lines.map((line) => line.split(/: (.*)/s) as [string, string])) };
}

const send = (method: string, target: string, fields: Record<string, string> = {}, options = {}) =>
  client.ask(target, { method, headers: signing(method, target, fields, options) });

const text = async (target = "/page") => {
  const answer = await client.get(target);
  await edge.settled();
  return answer.text;
};
const told = (answer: Answer) => [answer.status, answer.json().title];

describe("without `purgeRequests`", () => {
  // Node, which is the origin here, knows no BAN.
  it("a PURGE goes to the origin like other requests, signed or not", async () => {
    await aSite(undefined);
    expect((await client.ask("/page", { method: "PURGE" })).text).toBe("the origin got PURGE");
    expect((await send("PURGE", "/page")).text).toBe("the origin got PURGE");
  });
});

describe("a signed request", () => {
  it("purges its URL, in this isolate at once, and tells the revision", async () => {
    await aSite({});
    expect([await text(), await text("/other")]).toEqual(["page 1", "page 2"]);
    const answer = await send("PURGE", "/page");
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ site: host, revision: expect.any(Number) });
    expect(answer.header("cache-control")).toBe("no-store");
    expect([await text(), await text("/other")]).toEqual(["page 3", "page 2"]);
    expect(origin.seen.every(({ method }) => method === "GET")).toBe(true);
  });

  it("is in the keeper, so that other isolates learn of it", async () => {
    await aSite({});
    await send("BAN", "/", { "cache-tags": "news" });
    expect((await edge.control({})).asked).toContain(`apply ${host}`);
  });

  it.each([
    ["BAN", "/news", {}],
    ["BAN", "/news/.*", {}],
    ["BAN", "/", { "x-url": "^/news/.*" }],
    ["PURGE", "/news/.*", { "x-purge-method": "regex" }],
    ["BAN", "/", { "cache-tags": "news" }],
    ["PURGE", "/", { xkey: "news" }],
    [
      "BAN",
      "/",
      { "x-cache-tags": "(^|,)(news)(,|$)", "x-host": ".*", "x-url": ".*", "x-content-type": ".*" },
    ],
  ])("%s %s %o purges what it names, and nothing else", async (method, target, fields) => {
    await aSite({});
    const all = async () => [await text("/news/1"), await text("/newspaper")];
    expect(await all()).toEqual(["page 1", "page 2"]);
    expect((await send(method, target, fields as Record<string, string>)).status).toBe(200);
    expect(await all()).toEqual(["page 3", "page 2"]);
  });

  it("purges a site that is switched off, before it is switched on again", async () => {
    await aSite({});
    await text();
    const kill = async (on: boolean) => {
      await edge.client("admin.test").ask(`/v1/sites/${host}/switches/kill`, {
        method: "PUT",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ on }),
      });
      await edge.advance(4_000);
      await client.get("/own");
      await edge.settled();
    };
    await kill(true);
    expect((await client.get("/page")).status).toBe(503);
    expect((await send("PURGE", "/.*", { "x-purge-method": "regex" })).status).toBe(200);
    await kill(false);
    expect(await text()).toBe("page 2");
  });

  it("may be repeated within its time, and not after it", async () => {
    await aSite({ within: "2m" });
    const once = signing("PURGE", "/page");
    const again = () => client.ask("/page", { method: "PURGE", headers: once });
    expect([(await again()).status, (await again()).status]).toEqual([200, 200]);
    await edge.advance(121_000);
    expect((await again()).status).toBe(403);
  });

  it("is told in a sentence what no purge can express, and nothing is purged", async () => {
    await aSite({});
    await text();
    const answer = await send("BAN", "/", { "x-url": "\\.png$" });
    expect(told(answer)).toEqual([400, "purge-unreadable"]);
    expect(answer.json().detail).toMatch(/^Nothing is purged: x-url: write a path/);
    expect(await text()).toBe("page 1");
  });

  it("is told that the keeper did not answer", async () => {
    await aSite({});
    await edge.control({ keepersAreDown: true });
    const answer = await send("PURGE", "/page");
    await edge.control({ keepersAreDown: false });
    expect(told(answer)).toEqual([503, "keeper-unavailable"]);
    expect(answer.header("retry-after")).toBe("10");
  });
});

describe("whoever may not purge", () => {
  const tries: [what: string, ask: () => Promise<Answer>][] = [
    ["an unsigned request", () => client.ask("/page", { method: "PURGE" })],
    ["an unsigned BAN", () => client.ask("/", { method: "BAN" })],
    ["the key of another site", () => send("PURGE", "/page", {}, { key: purgeKeyOf(SECRET, "other.test") })],
    ["another key", () => send("PURGE", "/page", {}, { key: "0".repeat(64) })],
    ["the root secret as the key", () => send("PURGE", "/page", {}, { key: SECRET })],
    ["an old signature", () => send("PURGE", "/page", {}, { ago: 301 })],
    ["a signature of the future", () => send("PURGE", "/page", {}, { ago: -120 })],
    [
      "a signature of another URL",
      () => client.ask("/page", { method: "PURGE", headers: signing("PURGE", "/a") }),
    ],
    [
      "a signature of another query",
      () => client.ask("/page?a", { method: "PURGE", headers: signing("PURGE", "/page") }),
    ],
    [
      "a signature of another method",
      () => client.ask("/page", { method: "BAN", headers: signing("PURGE", "/page") }),
    ],
    [
      "a field that is not signed",
      () =>
        client.ask("/page", { method: "BAN", headers: { ...signing("BAN", "/page"), "cache-tags": "all" } }),
    ],
    [
      "a signed field with another value",
      () =>
        client.ask("/", {
          method: "BAN",
          headers: { ...signing("BAN", "/", { "cache-tags": "a" }), "cache-tags": "all" },
        }),
    ],
    [
      "a pattern that is also wrong",
      () => client.ask("/", { method: "BAN", headers: { "x-url": "\\.png$" } }),
    ],
    ["a URL that no route stores", () => client.ask("/own", { method: "PURGE" })],
    [
      "a token where none is known",
      () => client.ask("/page", { method: "PURGE", headers: { authorization: `Bearer ${TOKEN}` } }),
    ],
    [
      "no signature but its shape",
      () =>
        client.ask("/page", { method: "PURGE", headers: { signature: "a=:AA==:", "signature-input": "a=" } }),
    ],
  ];
  it.each(tries)("%s gets the same 403, and purges nothing", async (_what, ask) => {
    await aSite({});
    await text();
    const answer = await ask();
    const { requestId, ...document } = answer.json();
    expect(document).toEqual({
      type: "urn:headgate:purge-refused",
      title: "purge-refused",
      status: 403,
      detail: "The request may not purge.",
    });
    expect(requestId).toMatch(/^[\da-f]{32}$/);
    expect(await text()).toBe("page 1");
    expect((await edge.control({})).asked).not.toContain(`apply ${host}`);
  });

  it("is in the log with the reason, unless it did not even try", async () => {
    await aSite({});
    const refusals = async () =>
      (await edge.control({})).warnings.filter(({ message }) => message === "a request to purge was refused")
        .length;
    const before = await refusals();
    await client.ask("/page", { method: "PURGE" });
    expect(await refusals()).toBe(before);
    await send("PURGE", "/page", {}, { ago: 301 });
    const { warnings } = await edge.control({});
    expect(warnings.at(-1)).toMatchObject({
      site: host,
      because: "signed-too-long-ago",
      client: "127.0.0.1",
    });
    expect((await edge.record("/page"))?.refusal).toBe("purge-refused");
  });
});

describe("a token", () => {
  const withToken = (token: string, method = "PURGE", target = "/page", headers = {}) =>
    client.ask(target, { method, headers: { authorization: `Bearer ${token}`, ...headers } });

  it("lets a client purge that cannot sign", async () => {
    await aSite({ signed: false, tokens: [sha256("another"), sha256(TOKEN)] });
    await text();
    expect((await withToken(TOKEN)).status).toBe(200);
    expect(await text()).toBe("page 2");
    expect((await withToken(TOKEN, "BAN", "/", { "cache-tags": "all" })).status).toBe(200);
    expect(await text()).toBe("page 3");
  });

  it.each(["", "x", `${TOKEN}x`, sha256(TOKEN), "a,b"])(
    "that is not known lets nobody purge: %s",
    async (token) => {
      await aSite({ tokens: [sha256(TOKEN)] });
      await text();
      expect((await withToken(token)).status).toBe(403);
      expect(await text()).toBe("page 1");
    },
  );

  it("stands beside signatures, which can be off", async () => {
    await aSite({ tokens: [sha256(TOKEN)] });
    expect((await send("PURGE", "/page")).status).toBe(200);
    await aSite({ signed: false, tokens: [sha256(TOKEN)] });
    expect((await send("PURGE", "/page")).status).toBe(403);
  });
});

describe("`from`", () => {
  it("lets only these addresses purge", async () => {
    await aSite({ from: ["127.0.0.0/8"] });
    expect((await send("PURGE", "/page")).status).toBe(200);
    await aSite({ from: ["192.0.2.0/24"], tokens: [sha256(TOKEN)] });
    expect((await send("PURGE", "/page")).status).toBe(403);
  });

  it("is of the client, whom a trusted proxy names and nobody else can", async () => {
    const from = ["192.0.2.7"];
    const asFrom = (address: string) =>
      client.ask("/page", {
        method: "PURGE",
        headers: { ...signing("PURGE", "/page"), "x-forwarded-for": address },
      });
    await aSite({ from });
    expect((await asFrom("192.0.2.7")).status).toBe(403);
    await aSite({ from }, { trustedProxies: ["127.0.0.1"] });
    expect((await asFrom("192.0.2.7")).status).toBe(200);
    expect((await asFrom("192.0.2.8")).status).toBe(403);
  });
});

describe("the other ends", () => {
  /** Its clock is ours. */
  const ours = () => edge.stopClockAt(Date.now());

  it("`headgate sign` signs with the secret of the edge, or with the key of the site", async () => {
    await aSite({});
    await ours();
    const ask = async (words: string[], env: Record<string, string>) => {
      const ran = await runHeadgate(import.meta.dirname, ["sign", ...words, `http://${host}/page?a=b`], {
        HEADGATE_SECRET: "",
        ...env,
      });
      expect([ran.code, ran.err]).toEqual([0, ""]);
      const fields = Object.fromEntries(
        ran.out
          .trim()
          .split("\n")
          .map((line) => line.split(/: (.*)/s) as [string, string]),
      );
      return client.ask("/page?a=b", { method: "BAN", headers: { ...fields, "cache-tags": "all" } });
    };
    await text();
    const words = ["--method", "ban", "--header", "Cache-Tags: all"];
    expect((await ask(words, { HEADGATE_SECRET: SECRET })).status).toBe(200);
    expect(await text()).toBe("page 2");
    const key = await runHeadgate(import.meta.dirname, ["sign", "--key", "--site", host], {
      HEADGATE_SECRET: SECRET,
    });
    expect(key.out.trim()).toBe(createHmac("sha256", SECRET).update(`headgate purge ${host}`).digest("hex"));
    expect((await ask(words, { HEADGATE_PURGE_KEY: key.out.trim() })).status).toBe(200);
    expect((await ask(words, { HEADGATE_PURGE_KEY: "0".repeat(64) })).status).toBe(403);
  });

  it("a shell signs with openssl, as docs/purging.md shows", async () => {
    await aSite({});
    await ours();
    await text("/news/1");
    const page = readFileSync(path.join(import.meta.dirname, "../../docs/purging.md"), "utf8");
    const [, script = ""] = /```sh\n(# Signs [\s\S]*?)```/.exec(page) ?? [];
    expect(script).toContain("openssl");
    const folder = mkdtempSync(path.join(os.tmpdir(), "headgate-sign-"));
    try {
      const port = new URL(edge.url).port;
      const toUs = script
        .replaceAll("shop.example.com", host)
        .replace(/\bcurl /, `curl -sS --connect-to ${host}:80:127.0.0.1:${port} `)
        .replace("https://", "http://");
      writeFileSync(path.join(folder, "purge.sh"), toUs);
      const env = { ...process.env, KEY: purgeKeyOf(SECRET, host) };
      const { stdout } = await promisify(execFile)("bash", ["-eu", path.join(folder, "purge.sh")], { env });
      expect(JSON.parse(stdout)).toEqual({ site: host, revision: expect.any(Number) });
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(await text("/news/1")).toBe("page 2");
  });
});
