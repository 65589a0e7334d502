// The admin API on a host of its own, over TCP on real workerd.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../shared/admin/operations.ts";
import type { Asking } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { sendRaw } from "../support/raw-client.ts";

const SECRET = "a-secret-that-opens-everything";
const READER = "a-secret-that-reads-and-no-more";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const edge = useEdge({
  TEST_KEEPERS: "yes",
  HEADGATE_ADMIN_HOST: "admin.test",
  HEADGATE_ADMIN_TOKEN: SECRET,
  HEADGATE_ADMIN_TOKENS: `grafana:read:${sha256(READER)}, ci:publish:${sha256("a-secret-that-publishes")}`,
});

const asAdmin = { authorization: `Bearer ${SECRET}` };

const ask = (path: string, { headers, ...asking }: Asking = {}) =>
  edge.client("admin.test").ask(path, { ...asking, headers: { ...asAdmin, ...headers } });

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** What the audit log has so far. The lines come by a pipe, and may come after the answer. */
const acts = () =>
  edge.output.filter((line) => line.includes('"level":"audit"')).map((line) => JSON.parse(line));

beforeAll(async () => {
  await edge.site({
    hosts: ["shop.test", "*.shop.test"],
    pools: { web: { origins: [{ id: "nobody", url: "http://127.0.0.1:9" }] } },
    routes: [
      { id: "cached", match: { path: "/cached/*" }, to: "web" },
      { id: "hello", respond: { body: "the shop" } },
    ],
  });
});

describe("the admin API", () => {
  it("tells the sites of the edge, one of them, and the one that serves a host", async () => {
    expect((await ask("/v1/sites/shop.test")).json()).toMatchObject({
      name: "shop.test",
      hosts: ["shop.test", "*.shop.test"],
      routes: ["cached", "hello"],
    });
    expect((await ask("/v1/hosts/a.b.shop.test")).json()).toMatchObject({ name: "shop.test" });
    const listed = await ask("/v1/sites");
    expect([listed.status, listed.header("cache-control")]).toEqual([200, "no-store"]);
    expect(listed.json()).toMatchObject({ sites: [{ name: "shop.test" }], next: null });
  });
});

describe("explain", () => {
  it("answers as `headgate explain` does, by the configuration that is served", async () => {
    const answer = await post("/v1/explain", { url: "https://shop.test/a?b=c", country: "de" });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      request: { method: "GET", url: "https://shop.test/a?b=c", client: { country: "DE" } },
      site: { name: "shop.test" },
      route: { id: "hello" },
      answer: { status: 200, body: "the shop" },
    });
    expect((await post("/v1/explain", { url: "https://nobody.test/" })).json()).toMatchObject({
      site: null,
      refusal: { reason: "no-site" },
    });
  });

  it("tells what the isolate that answers believes of the origins, and why one is out", async () => {
    const pools = { web: { origins: [{ id: "nobody", url: "http://127.0.0.1:9" }] } };
    const client = await edge.site({ hosts: ["origins.test"], pools, routes: [{ id: "all", to: "web" }] });
    const poolNow = async () => (await post("/v1/explain", { url: "https://origins.test/x" })).json().pool;
    expect(await poolNow()).toMatchObject({
      role: "usable",
      believed: [{ origin: "nobody", standing: "good", because: null, weight: 1 }],
    });
    expect((await client.get("/x")).status).toBe(502);
    const { role, firstChoice, believed } = await poolNow();
    expect([role, firstChoice[0].origin]).toEqual(["last-resort", "nobody"]);
    expect(believed).toMatchObject([{ origin: "nobody", standing: "ejected", because: "connect" }]);
    expect(believed[0].until - believed[0].since).toBeGreaterThanOrEqual(10_000);
  });
});

describe("its OpenAPI document", () => {
  it("describes every operation, with schemas that can be used", async () => {
    const document = (await ask("/v1/openapi.json")).json();
    expect(document).toMatchObject({
      openapi: "3.1.1",
      paths: { "/v1/sites/{site}": { get: { operationId: "getSite" } } },
    });
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path as object));
    expect(operations.map(({ operationId }) => operationId)).toEqual(Object.keys(OPERATIONS));
    const ajv = new Ajv({ strict: false });
    for (const { requestBody, responses } of operations) {
      for (const { content } of [requestBody, responses[200]].filter((part) => part !== undefined))
        expect(() => ajv.compile(content["application/json"].schema)).not.toThrow();
    }
    const { schema } = document.paths["/v1/explain"].post.requestBody.content["application/json"];
    expect(ajv.compile(schema)({ url: "https://shop.test/", headers: [["a", "b"]] })).toBe(true);
    expect(ajv.compile(schema)({ url: "https://shop.test/", color: "red" })).toBe(false);
  });
});

describe("a caller", () => {
  const withToken = (authorization: string | undefined, path = "/v1/sites") =>
    edge.client("admin.test").get(path, authorization === undefined ? {} : { authorization });

  const refused: [what: string, authorization: string | undefined, reason: string, challenge: string][] = [
    ["without a token", undefined, "no-token", 'Bearer realm="headgate"'],
    ["with another scheme", `Basic ${btoa(`admin:${SECRET}`)}`, "no-token", 'Bearer realm="headgate"'],
    ["with two tokens in one field", `Bearer ${SECRET}, Bearer x`, "no-token", 'Bearer realm="headgate"'],
    [
      "with an unknown token",
      `Bearer ${SECRET}x`,
      "unknown-token",
      'Bearer realm="headgate", error="invalid_token"',
    ],
    [
      "with the beginning of a token",
      `Bearer ${SECRET.slice(0, -1)}`,
      "unknown-token",
      'Bearer realm="headgate", error="invalid_token"',
    ],
    [
      "with the hash of a token",
      `Bearer ${sha256(READER)}`,
      "unknown-token",
      'Bearer realm="headgate", error="invalid_token"',
    ],
    [
      "with a token of 10 KB",
      `Bearer ${"x".repeat(10_000)}`,
      "unknown-token",
      'Bearer realm="headgate", error="invalid_token"',
    ],
  ];
  it.each(refused)("%s is refused by name", async (_what, authorization, reason, challenge) => {
    const answer = await withToken(authorization);
    expect([answer.status, answer.header("content-type")]).toEqual([401, "application/problem+json"]);
    expect(answer.json()).toMatchObject({ title: reason, status: 401 });
    expect(answer.header("www-authenticate")).toBe(challenge);
  });

  it("with a token in the query is refused, whatever the path", async () => {
    for (const path of [`/v1/sites?token=${SECRET}`, `/v1/sites?access_token=${SECRET}`, "/", "/v1/nothing"])
      expect([path, (await withToken(undefined, path)).status]).toEqual([path, 401]);
    expect(edge.output.join("\n")).not.toContain(SECRET);
  });

  it("with one scope may do what it allows, and nothing else", async () => {
    expect((await withToken(`Bearer ${READER}`)).status).toBe(200);
    const publisher = { authorization: "Bearer a-secret-that-publishes" };
    const denied = await post("/v1/explain", { url: "https://shop.test/" }, publisher);
    expect([denied.status, denied.header("www-authenticate")]).toEqual([
      403,
      'Bearer realm="headgate", error="insufficient_scope", scope="read"',
    ]);
    expect(denied.json()).toMatchObject({
      title: "scope-missing",
      detail: "This needs a token with the scope read.",
    });
  });

  it("may write the scheme in any case", async () => {
    expect((await withToken(`bearer ${SECRET}`)).status).toBe(200);
  });

  it("in a page of another origin does nothing, token or not", async () => {
    for (const headers of [
      { origin: "https://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await post(
        "/v1/explain",
        { url: "https://shop.test/" },
        headers as Record<string, string>,
      );
      expect([answer.status, answer.json().title]).toEqual([403, "cross-site"]);
    }
    const own = await post("/v1/explain", { url: "https://shop.test/" }, { origin: "http://admin.test" });
    expect(own.status).toBe(200);
    const preflight = await ask("/v1/explain", {
      method: "OPTIONS",
      headers: { origin: "https://evil.test" },
    });
    expect(preflight.header("access-control-allow-origin")).toBeNull();
  });
});

describe("bad input", () => {
  const rows: [what: string, body: unknown, status: number, title: string, detail: RegExp][] = [
    ["no JSON", "{url:", 400, "not-json", /^The body must be JSON/],
    ["an empty body", "", 400, "not-json", /^The body must be JSON/],
    ["a list", "[]", 400, "invalid-input", /^the body is a list, not a set of keys\.$/],
    [
      "an unknown key",
      { url: "https://a.test/", colour: 1 },
      400,
      "invalid-input",
      /^colour is not a known key\.$/,
    ],
    ["a missing key", {}, 400, "invalid-input", /^url is missing; write a string\.$/],
    [
      "a wrong value",
      { url: "shop.test", country: "Germany" },
      400,
      "invalid-input",
      /^url must begin with http.*; country is not a country/,
    ],
    [
      "a field that no request can have",
      { url: "https://a.test/", headers: [["a b", "c"]] },
      400,
      "invalid-input",
      /^headers\[0\]\[0\] is not a header name/,
    ],
    [
      "more than the limit",
      JSON.stringify({ url: "x".repeat(300_000) }),
      413,
      "body-too-large",
      /larger than 262144 bytes/,
    ],
  ];
  it.each(rows)("%s is refused with a sentence", async (_what, body, status, title, detail) => {
    const answer = await post("/v1/explain", body);
    expect([answer.status, answer.json().title, answer.json().status]).toEqual([status, title, status]);
    expect(answer.json().detail).toMatch(detail);
    expect(answer.header("content-type")).toBe("application/problem+json");
  });

  it("without a length is read up to the limit and no further", async () => {
    const endless = Readable.from(
      (function* () {
        for (let piece = 0; piece < 10_000; piece++) yield Buffer.alloc(16_384, 32);
      })(),
    );
    const answer = await ask("/v1/explain", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: endless,
    }).catch(() => undefined);
    expect(answer?.status ?? 413).toBe(413); // or the connection is closed while it is being sent
    expect((await ask("/v1/sites")).status).toBe(200);
  });

  it("of another media type is refused", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
      expect(
        (await post("/v1/explain", { url: "https://a.test/" }, { "content-type": type })).json().title,
      ).toBe("not-json");
    expect(
      (
        await post(
          "/v1/explain",
          { url: "https://shop.test/" },
          { "content-type": "application/json; charset=utf-8" },
        )
      ).status,
    ).toBe(200);
  });

  it("names what there is not", async () => {
    expect((await ask("/v1/sites/nobody.test")).json()).toMatchObject({
      status: 404,
      detail: "The edge has no site nobody.test.",
    });
    expect((await ask("/v1/sites/a.shop.test")).json()).toMatchObject({ title: "unknown-site" }); // a host of a site, not its name
    expect((await ask("/v1/hosts/nobody.test")).json()).toMatchObject({ status: 404, title: "unknown-host" });
    // Found under its spelling, a host got the site of `*` or none at all, while requests for it went to another.
    for (const host of ["SHOP.test", "shop.test.", "shop.test:8443"])
      expect((await ask(`/v1/hosts/${host}`)).json()).toMatchObject({ name: "shop.test" });
    for (const host of ["*", "*.shop.test", "a%00.shop.test", "x%2f.shop.test", "..shop.test"])
      expect((await ask(`/v1/hosts/${host}`)).json()).toMatchObject({ title: "unknown-host" });
    expect((await ask("/v1/nothing")).json()).toMatchObject({ status: 404, title: "no-such-operation" });
    expect((await ask("/v1/sites?colour=red")).json()).toMatchObject({
      status: 400,
      detail: "colour is not a known key.",
    });
    const wrong = await ask("/v1/explain");
    expect([wrong.status, wrong.header("allow"), wrong.json().title]).toEqual([405, "POST", "wrong-method"]);
  });

  it("of which nothing is known, as long as the store of the sites fails", async () => {
    await edge.control({ sitesAreDown: true });
    expect((await ask("/v1/sites")).json()).toMatchObject({ status: 503, title: "sites-unavailable" });
    await edge.control({ sitesAreDown: false });
  });
});

describe("the keeper of a site", () => {
  const put = (path: string, body: unknown) =>
    ask(path, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  it("tells what it remembers, and turns the switches of the site", async () => {
    const before = (await ask("/v1/sites/shop.test/keeper")).json();
    expect(before).toMatchObject({ switches: { maintenance: null, cacheOff: false, kill: false } });
    const turned = await put("/v1/sites/shop.test/switches/maintenance", { on: true, retryAfterSeconds: 60 });
    expect(turned.json()).toEqual({ revision: before.revision + 1 });
    expect((await ask("/v1/sites/shop.test/keeper")).json()).toMatchObject({
      revision: before.revision + 1,
      switches: { maintenance: { retryAfterSeconds: 60 } },
    });
    await put("/v1/sites/shop.test/switches/maintenance", { on: false });
    expect((await ask("/v1/sites/shop.test/keeper")).json().switches.maintenance).toBeNull();
    await expect
      .poll(() => acts().at(-1))
      .toMatchObject({
        level: "audit",
        who: "admin",
        did: "setSwitch",
        with: { params: { site: "shop.test", switch: "maintenance" }, body: { on: false } },
        refusal: null,
      });
  });

  it("is told what to purge, and all of an order or nothing", async () => {
    const before = (await ask("/v1/sites/shop.test/keeper")).json();
    const done = await post("/v1/sites/shop.test/purges", {
      urls: ["https://shop.test/cached/a", "https://shop.test/cached/b"],
      mode: "soft",
    });
    expect([done.status, done.json()]).toEqual([200, { revision: before.revision + 2 }]);
    const { exact } = (await ask("/v1/sites/shop.test/keeper")).json().purges;
    expect(exact).toMatchObject({
      "u:shop.test/cached/a": { soft: before.revision + 1 },
      "u:shop.test/cached/b": { soft: before.revision + 2 },
    });

    const wrong: [body: unknown, status: number, title: string, detail: RegExp][] = [
      [{}, 400, "invalid-input", /^the body names nothing to purge; write urls, prefix, tag, host or all\.$/],
      [{ urls: [] }, 400, "invalid-input", /^urls is empty\.$/],
      [{ tag: "" }, 400, "invalid-input", /^tag is empty\.$/],
      [{ all: false }, 400, "invalid-input", /^all is/],
      [{ everything: true }, 400, "invalid-input", /^everything is not a known key\.$/],
      [{ prefix: "https://shop.test" }, 400, "invalid-input", /^prefix has no path; end it with a slash/],
      [
        { urls: ["https://shop.test/cached/a", "https://other.test/"] },
        400,
        "invalid-input",
        /^urls\[1\] is on other\.test/,
      ],
      [
        { urls: ["https://shop.test/hello"] },
        400,
        "invalid-input",
        /^urls\[0\] is stored by no route of the site/,
      ],
      [{ all: true, over: "soon" }, 400, "invalid-input", /^over is not a duration/],
      [{ all: true, mode: "gentle" }, 400, "invalid-input", /^mode is/],
    ];
    for (const [body, status, title, detail] of wrong) {
      const answer = await post("/v1/sites/shop.test/purges", body);
      expect([body, answer.status, answer.json().title]).toEqual([body, status, title]);
      expect(answer.json().detail).toMatch(detail);
    }
    expect((await post("/v1/sites/nobody.test/purges", { all: true })).json().title).toBe("unknown-site");
    const reader = await post(
      "/v1/sites/shop.test/purges",
      { all: true },
      { authorization: `Bearer ${READER}` },
    );
    expect([reader.status, reader.json().title]).toEqual([403, "scope-missing"]);
    expect((await ask("/v1/sites/shop.test/keeper")).json().revision).toBe(before.revision + 2);
  });

  it("is told what to purge by who knows a URL and not the site", async () => {
    const before = (await ask("/v1/sites/shop.test/keeper")).json();
    const orders: [body: unknown, mark: string][] = [
      [{ urls: ["http://a.shop.test/cached/found"] }, "u:a.shop.test/cached/found"],
      [{ prefix: "https://shop.test/found/" }, "p:shop.test/found"],
      [{ host: "b.shop.test" }, "h:b.shop.test"],
      [{ host: "shop.test", tag: "found" }, "g:shop.test found"],
    ];
    for (const [at, [body, mark]] of orders.entries()) {
      const revision = before.revision + at + 1;
      expect((await post("/v1/purges", body)).json()).toEqual({ site: "shop.test", revision });
      expect((await ask("/v1/sites/shop.test/keeper")).json().purges.exact[mark]).toMatchObject({
        hard: revision,
      });
    }

    const wrong: [body: unknown, status: number, title: string, detail: RegExp][] = [
      [{ all: true }, 400, "invalid-input", /^the body names no host; write urls, prefix or host/],
      [{ urls: ["/cached/a"] }, 400, "invalid-input", /^urls\[0\] must begin with http/],
      [{ urls: ["https://nobody.test/"] }, 404, "unknown-host", /serves nobody\.test/],
      [
        { urls: ["https://shop.test/cached/a", "https://nobody.test/"] },
        400,
        "invalid-input",
        /^urls\[1\] is on nobody\.test, which is no host of the site shop\.test/,
      ],
      [{ urls: ["https://shop.test/cached/a"], tag: "a" }, 400, "invalid-input", /^tag cannot stand/],
      [{ host: "shop.test", over: "8d" }, 400, "invalid-input", /^over /],
    ];
    for (const [body, status, title, detail] of wrong) {
      const answer = await post("/v1/purges", body);
      expect([body, answer.status, answer.json().title]).toEqual([body, status, title]);
      expect(answer.json().detail).toMatch(detail);
    }
    const reader = await post("/v1/purges", { host: "shop.test" }, { authorization: `Bearer ${READER}` });
    expect([reader.status, reader.json().title]).toEqual([403, "scope-missing"]);
    expect((await ask("/v1/sites/shop.test/keeper")).json().revision).toBe(before.revision + orders.length);
  });

  it("gives the receipt of a revision that it has made", async () => {
    const { revision } = (await ask("/v1/sites/shop.test/keeper")).json();
    expect((await ask(`/v1/sites/shop.test/purges/${revision}`)).json()).toEqual({
      revision,
      isComplete: false,
      isSettled: false,
      places: [],
    });
    for (const other of [`${revision + 1}`, "x", "-1", "1e3", "9".repeat(30)]) {
      const answer = await ask(`/v1/sites/shop.test/purges/${other}`);
      expect([other, answer.status, answer.json().title]).toEqual([other, 404, "unknown-revision"]);
    }
  });

  it("refuses what it does not know, and nothing is done", async () => {
    const before = (await ask("/v1/sites/shop.test/keeper")).text;
    const rows: [path: string, body: unknown, status: number, title: string][] = [
      ["/v1/sites/shop.test/switches/lights", { on: true }, 404, "unknown-switch"],
      ["/v1/sites/nobody.test/switches/kill", { on: true }, 404, "unknown-site"],
      ["/v1/sites/shop.test/switches/kill", {}, 400, "invalid-input"],
      ["/v1/sites/shop.test/switches/kill", { on: "yes" }, 400, "invalid-input"],
      ["/v1/sites/shop.test/switches/kill", { on: true, retryAfterSeconds: 5 }, 400, "invalid-input"],
      ["/v1/sites/shop.test/switches/maintenance", { on: true, retryAfterSeconds: 0 }, 400, "invalid-input"],
      [
        "/v1/sites/shop.test/switches/maintenance",
        { on: true, retryAfterSeconds: 1e9 },
        400,
        "invalid-input",
      ],
    ];
    for (const [path, body, status, title] of rows) {
      const answer = await put(path, body);
      expect([path, answer.status, answer.json().title]).toEqual([path, status, title]);
    }
    expect((await ask("/v1/sites/shop.test/keeper")).text).toBe(before);
  });

  it("is said to be unavailable while it is", async () => {
    await edge.control({ keepersAreDown: true });
    const answer = await put("/v1/sites/shop.test/switches/kill", { on: true });
    expect([answer.status, answer.json().title, answer.header("retry-after")]).toEqual([
      503,
      "keeper-unavailable",
      "5",
    ]);
    await edge.control({ keepersAreDown: false });
    expect((await ask("/v1/sites/shop.test/keeper")).json().switches.kill).toBe(false);
  });
});

describe("no site's host has it", () => {
  const withAuth = (target: string, host: string) =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${SECRET}\r\nConnection: close\r\n\r\n`;
  const isAdmins = (body: string) => body.includes('"sites"');

  it("whatever the path, the token and the form of the request line", async () => {
    const tricks: [target: string, host: string][] = [
      ["/v1/sites", "shop.test"],
      ["/v1/sites", "admin.test.shop.test"],
      ["/v1/sites", "shop.test/admin.test"],
      ["/v1/sites", "admin.test@shop.test"],
      ["/v1/sites", "shop.test:80@admin.test"],
      ["/v1/sites", "shop.test#admin.test"],
      ["/v1/sites", "xadmin.test"],
      ["/v1/sites", "adminxtest"],
      ["//admin.test/v1/sites", "shop.test"],
      ["http://admin.test/v1/sites", "shop.test"],
      ["/.headgate/v1/sites", "shop.test"],
      ["/.headgate/admin/v1/sites", "shop.test"],
      ["/@admin.test/v1/sites", "shop.test"],
    ];
    for (const [target, host] of tricks) {
      const answer = await sendRaw(edge.url, withAuth(target, host));
      expect([target, host, isAdmins(answer.body)]).toEqual([target, host, false]);
    }
  });

  it("but the admin host has it in every spelling of its name", async () => {
    for (const host of ["admin.test", "ADMIN.test", "admin.test:80", "admin.test:8443"]) {
      const answer = await sendRaw(edge.url, withAuth("/v1/sites", host));
      expect([host, isAdmins(answer.body)]).toEqual([host, true]);
    }
  });

  it("even if it is the host that the admin API was given", async () => {
    await edge.site({ hosts: ["admin.test"], routes: [{ id: "own", respond: { body: "a site" } }] });
    await edge.advance(60_001);
    expect((await ask("/v1/sites")).text).toBe("a site");
    await edge.control({ sites: { "admin.test": null } });
    await edge.advance(60_001);
    expect((await ask("/v1/sites")).status).toBe(200);
  });
});

describe("the audit log", () => {
  it("has a line for who was refused, without the token", async () => {
    await edge.client("admin.test").get("/v1/sites", { authorization: "Bearer a-secret-that-was-mistyped" });
    await post(
      "/v1/explain",
      { url: "https://shop.test/" },
      { authorization: "Bearer a-secret-that-publishes" },
    );
    await expect
      .poll(() => acts().slice(-2))
      .toMatchObject([
        { who: null, did: null, refusal: "unknown-token", client: "127.0.0.1" },
        { who: "ci", did: "explain", refusal: "scope-missing" },
      ]);
    expect(edge.output.join("\n")).not.toContain("a-secret-");
  });
});
