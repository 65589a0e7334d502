// The admin API behind Cloudflare Access: a real workerd, and a server in place of Access that has its keys.
import { createSign, generateKeyPairSync } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "../support/edge.ts";

const AUDIENCE = "a".repeat(64);
const SECRET = "a-secret-that-opens-everything";

function aKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" } };
}
const first = aKey("first");
const second = aKey("second");
const foreign = aKey("first");

let published = [first.jwk];
let isDown = false;
let readings = 0;
const access = http.createServer((ask, answer) => {
  readings++;
  if (isDown || ask.url !== "/cdn-cgi/access/certs") return void answer.writeHead(500).end();
  answer.setHeader("content-type", "application/json");
  answer.end(JSON.stringify({ keys: published, public_certs: [] }));
});
const edge = new Edge();
let team = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => access.listen(0, "127.0.0.1", resolve));
  team = `http://127.0.0.1:${(access.address() as AddressInfo).port}`;
  await edge.start({
    TEST_KEEPERS: "yes",
    HEADGATE_ADMIN_HOST: "admin.test",
    HEADGATE_ACCESS_TEAM: team,
    HEADGATE_ACCESS_AUDIENCE: AUDIENCE,
    HEADGATE_ADMIN_TOKENS: "",
  });
  await edge.site({ hosts: ["shop.test"], routes: [{ id: "hello", respond: { body: "hello" } }] });
});
afterAll(async () => {
  await edge.stop();
  access.close();
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

interface Assertion {
  readonly key?: typeof first;
  readonly alg?: string;
  readonly claims?: Record<string, unknown>;
}

function assertion({ key = first, alg = "RS256", claims = {} }: Assertion = {}): string {
  const head = encoded({ alg, kid: key.kid, typ: "JWT" });
  const all = { iss: team, aud: [AUDIENCE], exp: inAnHour(), email: "ann@example.com", ...claims };
  const signed = `${head}.${encoded(all)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key.privateKey, "base64url")}`;
}

const ask = (token: string, headers: Record<string, string> = {}) =>
  edge.client("admin.test").get("/v1/sites/shop.test", { "cf-access-jwt-assertion": token, ...headers });

describe("an assertion of Cloudflare Access", () => {
  it("lets in who has logged in, by name", async () => {
    expect((await ask(assertion())).status).toBe(200);
    const turned = await edge.client("admin.test").ask("/v1/sites/shop.test/switches/kill", {
      method: "PUT",
      headers: { "cf-access-jwt-assertion": assertion(), "content-type": "application/json" },
      body: '{"on":false}',
    });
    expect(turned.status).toBe(200);
    await expect.poll(() => edge.output.join("\n")).toContain('"who":"ann@example.com","did":"setSwitch"');
    const ofService = assertion({ claims: { email: undefined, common_name: "ci.access" } });
    expect((await ask(ofService)).status).toBe(200);
  });

  const refused: [what: string, token: () => string][] = [
    ["by another key of the same name", () => assertion({ key: foreign })],
    ["for another application", () => assertion({ claims: { aud: ["b".repeat(64)] } })],
    ["by another team", () => assertion({ claims: { iss: "https://evil.cloudflareaccess.com" } })],
    ["that has expired", () => assertion({ claims: { exp: Math.floor(Date.now() / 1_000) - 1 } })],
    ["that never expires", () => assertion({ claims: { exp: undefined } })],
    ["of the future", () => assertion({ claims: { nbf: inAnHour() } })],
    ["of nobody", () => assertion({ claims: { email: undefined } })],
    [
      "without a signature",
      () => `${encoded({ alg: "none", kid: "first", typ: "JWT" })}.${assertion().split(".")[1]}.`,
    ],
    ["with a symmetric signature", () => assertion({ alg: "HS256" })],
    [
      "whose claims were changed",
      () => {
        const [head, , signature] = assertion().split(".");
        return `${head}.${encoded({ iss: team, aud: [AUDIENCE], exp: inAnHour(), email: "root@example.com" })}.${signature}`;
      },
    ],
    ["that is none", () => "nonsense"],
    ["that is empty", () => ""],
  ];
  it.each(refused)("%s is refused", async (_what, token) => {
    const answer = await ask(token());
    expect([answer.status, answer.json().title]).toEqual([401, "unknown-token"]);
  });

  it("does not help a page of another origin, whose requests carry the cookie of Access", async () => {
    const answer = await ask(assertion(), { origin: "https://evil.test", cookie: "CF_Authorization=x" });
    expect([answer.status, answer.json().title]).toEqual([403, "cross-site"]);
  });

  it("does not help beside a token that nobody knows", async () => {
    expect((await ask(assertion(), { authorization: `Bearer ${SECRET}` })).status).toBe(401);
  });

  it("may have a new key: the keys are read again, but not for each made-up one", async () => {
    published = [first.jwk, second.jwk];
    expect((await ask(assertion({ key: second }))).status).toBe(401); // they were read just now
    await edge.advance(31_000);
    expect((await ask(assertion({ key: second }))).status).toBe(200);
    const before = readings;
    const madeUp = aKey("made-up");
    for (let count = 0; count < 5; count++) await ask(assertion({ key: madeUp }));
    expect(readings - before).toBeLessThanOrEqual(1);
  });

  it("is checked by the keys that are known while Access is down", async () => {
    isDown = true;
    await edge.advance(7_200_000);
    const lasting = { exp: Math.floor(edge.now / 1_000) + 60 };
    expect((await ask(assertion({ claims: lasting }))).status).toBe(200);
    isDown = false;
  });
});

describe("without keys", () => {
  const cold = new Edge();
  afterAll(() => cold.stop());

  it("nobody gets in", async () => {
    isDown = true;
    await cold.start({
      HEADGATE_ADMIN_HOST: "admin.test",
      HEADGATE_ACCESS_TEAM: team,
      HEADGATE_ACCESS_AUDIENCE: AUDIENCE,
    });
    const answer = await cold
      .client("admin.test")
      .get("/v1/sites", { "cf-access-jwt-assertion": assertion() });
    expect([answer.status, answer.json().title]).toEqual([503, "access-unavailable"]);
    expect((await cold.client("admin.test").get("/v1/sites")).status).toBe(401);
    isDown = false;
  });
});
