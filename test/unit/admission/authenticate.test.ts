import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { type AuthConfig, authentication } from "../../../shared/site/auth-schema.ts";
import { signingWith } from "../../../worker/adapters/web-crypto.ts";
import { compileAuth } from "../../../worker/admission/authentication/compile-auth.ts";
import {
  codeOf,
  type Grant,
  grantPurpose,
  writeGrant,
} from "../../../worker/admission/authentication/signed-grant.ts";
import { authenticate } from "../../../worker/admission/flow/authenticate.ts";
import { type AskedOptions, anAsked } from "../../support/asked.ts";
import { aWorld, type World } from "./authentication/proving-world.ts";

const SITE = "shop.test";
const ROOT = "the-root-secret-of-an-edge-in-a-test";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

type Given = Parameters<typeof authentication.parse>[0];

function asking(config: unknown, world: World) {
  const parsed: AuthConfig = authentication.parse(config as Given);
  const auth = compileAuth(parsed, SITE);
  return async (url: string, options: AskedOptions = {}) => authenticate(auth, anAsked(url, options), world);
}

const refusedAs = (reason: string, challenge?: string) => ({
  kind: "refused",
  refusal: { reason },
  ...(challenge !== undefined && { fields: [["www-authenticate", challenge]] }),
});

describe("a name and a password", () => {
  const USERS = {
    ann: "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    bob: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
  };
  const config = { basic: { users: USERS, realm: "staff" }, fields: { "x-user": "sub" } };
  const NO = refusedAs("unauthenticated", 'Basic realm="staff", charset="UTF-8"');

  it("lets a user in, without the password", async () => {
    const ask = asking(config, aWorld());
    const found = await ask("https://shop.test/", { headers: { ...basic("ann:U*U"), x_user: "root" } });
    expect(found).toMatchObject({ kind: "pass", identity: { scheme: "basic", subject: "ann" } });
    expect(found.kind === "pass" && Object.fromEntries(found.asked?.headers ?? [])).toMatchObject({
      "x-user": "ann",
    });
    expect(found.kind === "pass" && found.asked?.headers.has("authorization")).toBe(false);
  });

  it.each([
    ["nothing", {}],
    ["another password", basic("ann:U*V")],
    ["the password of another", basic("ann:secret")],
    ["a name that nobody has", basic("eve:secret")],
    ["a name that every object has", basic("constructor:secret")],
    ["no colon", basic("ann")],
    ["the hash itself", basic(`ann:${USERS.ann}`)],
    ["a password with a zero after it", basic("ann:U*U\0x")],
    ["bytes that are not UTF-8", { authorization: `Basic ${Buffer.from([97, 58, 255]).toString("base64")}` }],
    ["Base64 that is none", { authorization: "Basic a" }],
    ["a token", { authorization: "Bearer abc" }],
  ])("lets nobody in by %s", async (_what, headers) => {
    expect(await asking(config, aWorld())("https://shop.test/", { headers })).toEqual(NO);
  });

  it("is computed once in five minutes, and each time for a wrong one", async () => {
    const world = aWorld();
    const ask = asking(config, world);
    const right = () => ask("https://shop.test/", { headers: basic("ann:U*U") });
    for (let time = 0; time < 3; time++) expect((await right()).kind).toBe("pass");
    expect(world.computed).toBe(1);
    for (let time = 0; time < 2; time++) await ask("https://shop.test/", { headers: basic("ann:U*V") });
    expect(world.computed).toBe(3);
    world.clock += 5 * 60_000;
    await right();
    expect(world.computed).toBe(4);
  });

  it("is computed for a name that nobody has too, so that the time tells nothing", async () => {
    const world = aWorld();
    await asking(config, world)("https://shop.test/", { headers: basic("eve:x") });
    expect(world.computed).toBe(1);
  });

  it("of one site is not remembered for another", async () => {
    const world = aWorld();
    await asking(config, world)("https://shop.test/", { headers: basic("ann:U*U") });
    const other = asking({ basic: { users: { ann: USERS.bob } } }, world);
    expect((await other("https://other.test/", { headers: basic("ann:U*U") })).kind).toBe("refused");
  });
});

describe("a key", () => {
  const config = {
    key: { keys: { ci: sha256("k1"), app: sha256("k2") }, header: "x-api-key", query: "key" },
  };
  const ask = asking({ ...config, require: { sub: ["ci", "app2"] } }, aWorld());

  it("lets its holder in, without the key", async () => {
    const found = await ask("https://shop.test/x?a=1&key=k1");
    expect(found).toMatchObject({
      kind: "pass",
      identity: { scheme: "key", subject: "ci" },
      asked: { query: "a=1" },
    });
  });

  it("is not enough where more is required", async () => {
    expect(await ask("https://shop.test/", { headers: { "x-api-key": "k2" } })).toEqual(
      refusedAs("forbidden"),
    );
  });

  it.each([{}, { "x-api-key": "k3" }, { "x-api-key": sha256("k1") }, { "x-api-key": "K1" }])(
    "lets nobody in by %j",
    async (headers) => {
      const found = await ask("https://shop.test/", { headers: headers as Record<string, string> });
      expect(found).toEqual(refusedAs("unauthenticated", 'ApiKey realm="shop.test"'));
    },
  );
});

describe("a token", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "a" };
  const config = {
    jwt: { issuer: "https://issuer.test", audience: "shop", jwks: "https://issuer.test/jwks" },
    fields: { "x-user": "sub", "x-roles": "roles" },
    require: { roles: "editor" },
  };
  const aToken = (world: World, more: object = {}, kid = "a") =>
    new SignJWT({
      iss: "https://issuer.test",
      aud: "shop",
      sub: "ann",
      roles: ["editor", "b"],
      exp: world.clock / 1_000 + 600,
      ...more,
    })
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(privateKey);
  const publishing = (keys: object[]) => {
    const world = aWorld();
    world.says = () => ({ body: JSON.stringify({ keys }) });
    return world;
  };
  const sent = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it("lets in, and the origin sees its claims in place of it", async () => {
    const world = publishing([jwk]);
    const found = await asking(config, world)("https://shop.test/", sent(await aToken(world)));
    expect(found.kind === "pass" && Object.fromEntries(found.asked?.headers ?? [])).toEqual({
      "x-user": "ann",
      "x-roles": "editor,b",
    });
  });

  it("is verified once a minute, and no longer than it is good", async () => {
    const world = publishing([jwk]);
    const ask = asking(config, world);
    const token = await aToken(world, { exp: world.clock / 1_000 + 10 });
    let verified = 0;
    const { verifyToken } = world.proving;
    Object.assign(world.proving, {
      verifyToken: (...all: Parameters<typeof verifyToken>) => {
        verified++;
        return verifyToken(...all);
      },
    });
    for (let time = 0; time < 3; time++)
      expect((await ask("https://shop.test/", sent(token))).kind).toBe("pass");
    expect(verified).toBe(1);
    world.clock += 60_000;
    expect((await ask("https://shop.test/", sent(token))).kind).toBe("pass"); // within the tolerance
    expect(verified).toBe(2);
    world.clock += 10_000;
    expect(await ask("https://shop.test/", sent(token))).toMatchObject(
      refusedAs("unauthenticated", 'Bearer realm="shop.test", error="invalid_token"'),
    );
  });

  it("is refused with 503 while its issuer cannot be asked, and lets in as soon as it can", async () => {
    const world = aWorld();
    const ask = asking(config, world);
    const token = await aToken(world);
    expect(await ask("https://shop.test/", sent(token))).toEqual(refusedAs("auth-unavailable"));
    world.clock += 3_000;
    world.says = () => ({ body: JSON.stringify({ keys: [jwk] }) });
    expect((await ask("https://shop.test/", sent(token))).kind).toBe("pass");
  });

  it("may be by a key that the issuer has published since", async () => {
    const world = publishing([{ ...jwk, kid: "old" }]);
    const ask = asking(config, world);
    const token = await aToken(world);
    expect((await ask("https://shop.test/", sent(token))).kind).toBe("refused");
    world.says = () => ({ body: JSON.stringify({ keys: [jwk] }) });
    world.clock += 30_000;
    expect((await ask("https://shop.test/", sent(token))).kind).toBe("pass");
  });

  it("is not enough without what is required", async () => {
    const world = publishing([jwk]);
    const token = await aToken(world, { roles: ["reader"] });
    expect(await asking(config, world)("https://shop.test/", sent(token))).toEqual(refusedAs("forbidden"));
  });

  it("is asked for without a word of what was wrong", async () => {
    expect(await asking(config, publishing([jwk]))("https://shop.test/")).toEqual(
      refusedAs("unauthenticated", 'Bearer realm="shop.test"'),
    );
  });
});

describe("a signed link", () => {
  const world = aWorld({ LINKS: "a-secret-of-links", OLD: "an-old-secret" }, ROOT);
  const seconds = world.clock / 1_000;
  const signed = async (grant: Partial<Grant>, secret = ROOT, site = SITE) => {
    const text = writeGrant({ expires: seconds + 60, host: "shop.test", ...grant } as Grant);
    return `${text}.${codeOf(await signingWith(secret).mac(grantPurpose(site), text))}`;
  };
  const ask = asking({ signed: {} }, world);
  const kindOf = async (url: string, options: AskedOptions = {}, asker = ask) =>
    (await asker(url, options)).kind;
  const at = "https://shop.test/a/b?x=1";

  it("opens its URL, of which the origin sees nothing else", async () => {
    const found = await ask(`${at}&hg-signed=${await signed({ url: "/a/b?x=1", subject: "ann" })}`);
    expect(found).toMatchObject({
      kind: "pass",
      identity: { subject: "ann" },
      asked: { path: "/a/b", query: "x=1" },
    });
  });

  it("opens all below its prefix, and a cookie does too", async () => {
    const token = await signed({ prefix: "/a/" });
    expect(await kindOf(`https://shop.test/a/c/d?y=2&hg-signed=${token}`)).toBe("pass");
    expect(await kindOf("https://shop.test/a/c", { headers: { cookie: `z=1; hg-signed=${token}` } })).toBe(
      "pass",
    );
    expect(
      await kindOf("https://shop.test/a/c", { method: "HEAD", headers: { cookie: `hg-signed=${token}` } }),
    ).toBe("pass");
  });

  // Replay and extension of a signature.
  const REFUSED: [what: string, url: string, grant: Partial<Grant>, options?: AskedOptions][] = [
    ["another path", "https://shop.test/a/c?x=1", { url: "/a/b?x=1" }],
    ["another query", "https://shop.test/a/b?x=2", { url: "/a/b?x=1" }],
    ["one parameter more", "https://shop.test/a/b?x=1&y=2", { url: "/a/b?x=1" }],
    ["one parameter less", "https://shop.test/a/b", { url: "/a/b?x=1" }],
    ["another host", "https://other.test/a/b?x=1", { url: "/a/b?x=1" }],
    ["another port", "https://shop.test:444/a/b?x=1", { url: "/a/b?x=1" }],
    ["beside the prefix", "https://shop.test/ab", { prefix: "/a/" }],
    ["the prefix without its slash", "https://shop.test/a", { prefix: "/a/" }],
    ["out of the prefix", "https://shop.test/a/../b", { prefix: "/a/" }],
    ["out of the prefix, escaped", "https://shop.test/a/%2e%2e/b", { prefix: "/a/" }],
    ["another method", at, { url: "/a/b?x=1" }, { method: "DELETE" }],
    ["another address", at, { url: "/a/b?x=1", ip: "192.0.2.9" }],
    ["too late", at, { url: "/a/b?x=1", expires: seconds }],
  ];
  it.each(REFUSED)("does not open %s", async (_what, url, grant, options) => {
    const token = await signed(grant);
    expect(await kindOf(`${url}${url.includes("?") ? "&" : "?"}hg-signed=${token}`, options)).toBe("refused");
  });

  it.each(["X-HTTP-Method-Override", "x_http_method", "x-method-override"])(
    "is not good for another method by %s",
    async (field) => {
      const posting = asking({ signed: { methods: ["POST"] } }, world);
      const url = `https://shop.test/a/b?hg-signed=${await signed({ url: "/a/b" })}`;
      expect(await kindOf(url, { method: "POST", headers: { [field]: "post" } }, posting)).toBe("pass");
      expect(await kindOf(url, { method: "POST", headers: { [field]: "delete" } }, posting)).toBe("refused");
    },
  );

  // RFC 4918 §9.8, §9.9: these methods write to a second URL.
  describe.each(["COPY", "MOVE"])("for %s", (method) => {
    const moving = asking({ signed: { methods: [method] } }, world);
    const kindTo = async (destination: string, grant: Partial<Grant>) =>
      kindOf(
        `https://shop.test/a/b?hg-signed=${await signed(grant)}`,
        { method, headers: { destination } },
        moving,
      );

    it.each(["https://shop.test/a/c", "/a/c", "/x/../a/c"])("writes below its prefix: %s", async (to) => {
      expect(await kindTo(to, { prefix: "/a/" })).toBe("pass");
    });

    it.each([
      "https://shop.test/b/c",
      "/b/c",
      "/a/../b",
      "/a/%2e%2e/b",
      "https://other.test/a/c",
      "/a",
      "no URL",
      "",
    ])("does not write out of its prefix: '%s'", async (to) =>
      expect(await kindTo(to, { prefix: "/a/" })).toBe("refused"),
    );

    it("writes nowhere with a link for one URL", async () => {
      expect(await kindTo("/a/c", { url: "/a/b" })).toBe("refused");
      expect(await kindTo("/a/b", { url: "/a/b" })).toBe("refused");
    });
  });

  it("does not open anything if it is changed", async () => {
    const token = await signed({ url: "/a/b?x=1" });
    const [text = "", code = ""] = token.split(".");
    const later = writeGrant({ expires: seconds + 9_999, host: "shop.test", url: "/a/b?x=1" });
    for (const forged of [
      `${later}.${code}`,
      `${text}.`,
      text,
      `${text}.${code}A`,
      `${text}.${code.slice(0, -1)}`,
      `.${code}`,
      `${text}${text}.${code}`,
      `${text}=.${code}`,
      await signed({ url: "/a/b?x=1" }, "another-secret"),
      await signed({ url: "/a/b?x=1" }, ROOT, "other.test"),
    ])
      expect(await kindOf(`${at}&hg-signed=${encodeURIComponent(forged)}`), forged).toBe("refused");
  });

  it("for an address opens from there", async () => {
    const token = await signed({ url: "/a/b?x=1", ip: "192.0.2.1" });
    expect(await kindOf(`${at}&hg-signed=${token}`)).toBe("pass");
  });

  it("may be by each of the secrets that the site names, and by no other", async () => {
    const named = asking({ signed: { secret: ["${secret:LINKS}", "${secret:OLD}"] } }, world);
    for (const [secret, kind] of [
      ["a-secret-of-links", "pass"],
      ["an-old-secret", "pass"],
      [ROOT, "refused"],
    ] as const)
      expect(await kindOf(`${at}&hg-signed=${await signed({ url: "/a/b?x=1" }, secret)}`, {}, named)).toBe(
        kind,
      );
  });

  it("opens nothing where a secret is missing", async () => {
    const without = asking({ signed: { secret: "${secret:GONE}" } }, aWorld());
    const token = await signed({ url: "/a/b?x=1" }, "undefined");
    expect(await without(`${at}&hg-signed=${token}`)).toEqual(refusedAs("auth-unavailable"));
    const rootless = asking({ signed: {} }, aWorld());
    expect(await rootless(`${at}&hg-signed=${token}`)).toEqual(refusedAs("auth-unavailable"));
  });
});

// What nginx' auth_request.t and Traefik's forward_test.go ask.
describe("another server that decides", () => {
  const URL_OF_AUTH = "https://auth.test/verify";
  const config = { forward: { url: URL_OF_AUTH, receive: ["x-user", "x-groups"] } };
  const answering = (says: World["says"]) => Object.assign(aWorld(), { says });
  const headers = (fields: Record<string, string>) => ({ headers: new Headers(fields) });

  it("lets in, and tells the origin who it is", async () => {
    const world = answering(() => ({ status: 204, ...headers({ "x-user": "ann", "x-secret": "s" }) }));
    const found = await asking(config, world)("https://shop.test/a?b=1", {
      headers: { cookie: "session=1", "x-user": "root", x_groups: "admin", "x-other": "o" },
    });
    expect(found).toMatchObject({ kind: "pass", identity: { subject: "ann", claims: { "x-user": "ann" } } });
    const sent = found.kind === "pass" && Object.fromEntries(found.asked?.headers ?? []);
    expect(sent).toEqual({ cookie: "session=1", "x-user": "ann", "x-other": "o" });
  });

  it("is told what is asked, by the edge and not by the client", async () => {
    const world = answering(() => ({ status: 200 }));
    await asking(
      {
        forward: {
          url: URL_OF_AUTH,
          send: ["authorization", "x-forwarded-uri", "x_forwarded_host", "cookie"],
        },
      },
      world,
    )("https://shop.test/a?b=1", {
      method: "POST",
      headers: {
        authorization: "Bearer x",
        "x-forwarded-uri": "/public",
        x_forwarded_host: "evil.test",
        "x-forwarded-method": "GET",
        "x-forwarded-prefix": "/evil",
        forwarded: "host=evil.test",
      },
    });
    expect(world.questions[0]).toEqual({
      url: URL_OF_AUTH,
      withinMs: 2_000,
      maxBytes: 65_536,
      headers: [
        ["authorization", "Bearer x"],
        ["x-forwarded-method", "POST"],
        ["x-forwarded-uri", "/a?b=1"],
        ["x-forwarded-proto", "https"],
        ["x-forwarded-host", "shop.test"],
        ["x-forwarded-for", "192.0.2.1"],
      ],
    });
  });

  it.each([401, 403, 302])("answers the client itself with %i", async (status) => {
    const fields = new Headers({
      location: "https://login.test/",
      "content-type": "text/plain",
      connection: "x",
      server: "s",
    });
    fields.append("www-authenticate", "foo");
    fields.append("www-authenticate", "bar");
    fields.append("set-cookie", "a=1");
    fields.append("set-cookie", "b=2");
    const found = await asking(
      config,
      answering(() => ({ status, headers: fields, body: "no" })),
    )("https://shop.test/");
    if (found.kind !== "answered") throw new Error(found.kind);
    expect(found.reply).toMatchObject({ status, body: "no" });
    expect([...found.reply.headers]).toEqual([
      ["cache-control", "no-store"],
      ["content-type", "text/plain"],
      ["location", "https://login.test/"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["www-authenticate", "foo, bar"],
    ]);
  });

  it.each([
    ["it is down", new Error("connection refused")],
    ["it hangs", new Error("there was no whole answer after 2000 ms")],
    ["it has no such page", { status: 404 }],
    ["it fails", { status: 500 }],
    ["it is limited", { status: 429 }],
    ["it redirects nowhere", { status: 302 }],
    ["it has not changed", { status: 304 }],
  ])("lets nobody in if %s", async (_what, said) => {
    const world = answering(() => said);
    expect(await asking(config, world)("https://shop.test/")).toEqual(refusedAs("auth-unavailable"));
    expect(world.warnings).toEqual(["the server that decides who gets in does not answer"]);
  });

  describe("and whose answer is kept", () => {
    const kept = (tell: string[] = []) => ({ forward: { ...config.forward, keep: "10s", tell } });
    const as = (cookie: string) => ({ headers: { cookie } });

    it("is asked again for another credential, and after the time", async () => {
      const world = answering(() => ({ status: 200 }));
      const ask = asking(kept(), world);
      for (const cookie of ["s=1", "s=1", "s=2", "s=1"]) await ask(`https://shop.test/${cookie}`, as(cookie));
      expect(world.questions).toHaveLength(2);
      world.clock += 10_000;
      await ask("https://shop.test/", as("s=1"));
      expect(world.questions).toHaveLength(3);
    });

    it("is asked for each URL if it is told the URL", async () => {
      const world = answering((question) => ({
        status: question.headers.some(([, value]) => value === "/admin") ? 403 : 200,
      }));
      const ask = asking(kept(["url"]), world);
      expect((await ask("https://shop.test/a", as("s=1"))).kind).toBe("pass");
      expect((await ask("https://shop.test/admin", as("s=1"))).kind).toBe("answered");
    });

    it("is asked each time while it refuses", async () => {
      const world = answering(() => ({ status: 401 }));
      const ask = asking(kept(), world);
      await ask("https://shop.test/", as("s=1"));
      world.says = () => ({ status: 200 });
      expect((await ask("https://shop.test/", as("s=1"))).kind).toBe("pass");
    });

    it("is asked each time while it sets cookies", async () => {
      const world = answering(() => ({ status: 200, ...headers({ "set-cookie": "s=3" }) }));
      const ask = asking({ forward: { ...kept().forward, setCookie: true } }, world);
      for (let time = 0; time < 2; time++)
        expect(await ask("https://shop.test/", as("s=1"))).toMatchObject({
          replyFields: [["set-cookie", "s=3"]],
        });
      expect(world.questions).toHaveLength(2);
    });
  });
});
