// Who gets in, over TCP: each way to prove who one is, and what the origin and the log get to see of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { hashPassword } from "../../cli/hashing/hash-password.ts";
import { signed } from "../../cli/signing/signing-wish.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { sendRaw } from "../support/raw-client.ts";

const SECRET = "the-root-secret-of-an-edge-in-a-test";
const edge = useEdge({
  HEADGATE_SECRET: SECRET,
  HEADGATE_SECRET_TOKENS: "a-secret-of-at-least-32-characters",
});
const origin = useOrigin((request, response) => {
  response
    .writeHead(200, { "cache-control": "no-store" })
    .end(`for ${request.headers["x-user"] ?? "nobody"}`);
});
/** Publishes keys, and decides who gets in. */
const other = useOrigin();

type Auth = NonNullable<SiteFile["auth"]>;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let sites = 0;
let host = "";
async function guarded(auth: Auth, more: Partial<SiteFile> = {}): Promise<EdgeClient> {
  host = `guarded-${++sites}.test`;
  return edge.site({
    hosts: [host],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [
      { id: "open", match: { path: "/open/*" }, auth: "off", to: "web" },
      { id: "own", match: { path: "/own" }, respond: { body: "own" } },
      { id: "moved", match: { path: "/moved" }, redirect: { to: "/new" } },
      { id: "all", to: "web" },
    ],
    auth,
    ...more,
  });
}

describe("a name and a password", () => {
  const users = { ann: hashPassword("pass wörd"), bob: "$apr1$abcdefgh$6OCyqdzrIelCX7/LTV86J/" };

  it("let in by each hash that the runtime can compute", async () => {
    const made = (kind: string) =>
      execFileSync("openssl", ["passwd", kind, "-salt", "salt", "my pass"], { encoding: "utf8" }).trim();
    const client = await guarded({
      basic: {
        users: {
          ...users,
          eve: made("-5"),
          dan: made("-6"),
          fay: "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        },
      },
      fields: { "x-user": "sub" },
    });
    for (const [name, password] of [
      ["ann", "pass wörd"],
      ["bob", "my pass"],
      ["eve", "my pass"],
      ["dan", "my pass"],
      ["fay", "U*U"],
    ]) {
      expect((await client.get("/", basic(`${name}:${password}`))).text).toBe(`for ${name}`);
      expect((await client.get("/", basic(`${name}:x${password}`))).status).toBe(401);
    }
  });

  it("are asked for, and reach no origin", async () => {
    const client = await guarded({ basic: { users, realm: "staff" } });
    origin.seen = [];
    const refused = await client.get("/");
    expect([refused.status, refused.json().title, refused.header("www-authenticate")]).toEqual([
      401,
      "unauthenticated",
      'Basic realm="staff", charset="UTF-8"',
    ]);
    expect(origin.seen).toEqual([]);
    await client.get("/", basic("ann:pass wörd"));
    expect(origin.last.headers.authorization).toBeUndefined();
  });
});

describe("what is behind a proof", () => {
  const key = { key: { keys: { ci: sha256("k1") }, query: "api_key" } } as const;
  const WAYS: [what: string, path: string, options: { method?: string; headers?: Record<string, string> }][] =
    [
      ["HEAD", "/x", { method: "HEAD" }],
      ["a range", "/x", { headers: { range: "bytes=0-1" } }],
      ["a condition", "/x", { headers: { "if-none-match": "*" } }],
      ["POST", "/x", { method: "POST" }],
      ["OPTIONS", "/x", { method: "OPTIONS" }],
      ["QUERY", "/x", { method: "QUERY" }],
      ["PROPFIND", "/x", { method: "PROPFIND" }],
      ["an overridden method", "/x", { method: "POST", headers: { "x-http-method-override": "OPTIONS" } }],
      [
        "a preflight",
        "/x",
        {
          method: "OPTIONS",
          headers: { origin: "https://evil.test", "access-control-request-method": "GET" },
        },
      ],
      ["Max-Forwards", "/x", { method: "OPTIONS", headers: { "max-forwards": "0" } }],
      [
        "another URL for the origin",
        "/open/../x",
        { headers: { "x-original-url": "/open/a", "x-rewrite-url": "/open/a" } },
      ],
      ["an answer of the edge itself", "/own", {}],
      ["a redirect", "/moved", {}],
      ["only-if-cached", "/x", { headers: { "cache-control": "only-if-cached" } }],
      ["no path", "/", {}],
      ["a trusted address", "/x", { headers: { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" } }],
      ["the user of another proxy", "/x", { headers: { "remote-user": "root", "x-forwarded-user": "root" } }],
      ["the mark of a mirrored request", "/x", { headers: { "x-headgate-mirror": "1" } }],
      ...["//x", "/x/.", "/%78", "/open/..%2fx", "/open/%2e%2e/x", "/OPEN/x", "/open%2fx", "/openx"].map(
        (path): [string, string, object] => [`the path ${path}`, path, {}],
      ),
    ];

  it.each(WAYS)("is not had by %s", async (_what, path, options) => {
    const client = await guarded(key);
    origin.seen = [];
    const { status } = await client.ask(path, options);
    expect([400, 401]).toContain(status);
    expect(origin.seen).toEqual([]);
  });

  it("is not had by a WebSocket", async () => {
    await guarded(key);
    origin.seen = [];
    const upgrade = [
      `GET /x HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "",
      "",
    ].join("\r\n");
    const answer = await sendRaw(
      edge.url,
      upgrade.replace("Connection: Upgrade", "Connection: Upgrade, close"),
    );
    expect(answer.status).toBe(401);
    expect(origin.seen).toEqual([]);
  });

  it("is for no cache further out, unless the site says so", async () => {
    const fields = { "cache-control": "public, max-age=60", "cdn-cache-control": "max-age=60" };
    origin.answers((_request, response) => void response.writeHead(200, fields).end("secret"));
    const client = await guarded(key);
    const own = await client.get("/a?api_key=k1");
    expect([own.header("cache-control"), own.header("cdn-cache-control")]).toEqual([
      "max-age=60, private",
      null,
    ]);
    const shared = await (await guarded({ ...key, shared: true })).get("/a?api_key=k1");
    expect([shared.header("cache-control"), shared.header("cdn-cache-control")]).toEqual([
      "public, max-age=60",
      "max-age=60",
    ]);
  });

  it("is refused with nothing that tells of a cache", async () => {
    const client = await guarded(key);
    const refused = await client.get("/a");
    expect(refused.header("cache-control")).toBe("no-store");
    expect(refused.header("cache-status")).toBeNull();
  });
});

describe("a key", () => {
  it("is seen by no origin and no log, also from the query", async () => {
    const client = await guarded(
      { key: { keys: { ci: sha256("k1") }, query: "api_key", header: "x-api-key" } },
      { log: { query: true, subject: true } },
    );
    expect(
      (await client.get("/q?a=1&api_key=k1", { referer: "https://a.test/?api_key=k1&b=2" })).status,
    ).toBe(200);
    expect(origin.last.url).toBe("/q?a=1");
    expect(origin.last.headers.referer).toBe("https://a.test/?b=2");
    expect(await edge.record("/q")).toMatchObject({
      query: "a=1",
      referrer: "https://a.test/?b=2",
      subject: "ci",
    });
    await client.get("/wrong?api_key=wrong&a=1");
    const record = await edge.record("/wrong");
    expect(record).toMatchObject({ refusal: "unauthenticated", query: "a=1", subject: null });
    await client.get("/h", { "x-api-key": "k1", x_api_key: "k1" });
    expect(Object.keys(origin.last.headers).filter((name) => /api/.test(name))).toEqual([]);
  });

  it("is passed on where the site says so", async () => {
    const client = await guarded({ key: { keys: { ci: sha256("k1") } }, passCredentials: true });
    await client.get("/", { "x-api-key": "k1" });
    expect(origin.last.headers["x-api-key"]).toBe("k1");
  });

  it("leaves the name of its holder out of the log by default", async () => {
    const client = await guarded({ key: { keys: { ci: sha256("k1") } } });
    await client.get("/n", { "x-api-key": "k1" });
    expect((await edge.record("/n"))?.subject).toBeNull();
  });
});

describe("who the origin thinks it is", () => {
  const auth = { key: { keys: { ci: sha256("k1") } }, fields: { "x-user": "sub" } } as const;
  const FORGED = {
    "x-user": "root",
    x_user: "root",
    // As lighttpd hands them to CGI (t/test_http_cgi.c).
    "x.user": "root",
    "x+user": "root",
    "remote.user": "root",
    "remote-user": "root",
    "cf-access-authenticated-user-email": "root@a.test",
    "x-auth-request-user": "root",
  };
  const told = () =>
    origin.last.rawHeaders
      .filter((_, at) => at % 2 === 0)
      .filter((name) => /user|access/i.test(name) && !/agent/i.test(name));

  it("is up to the edge", async () => {
    const client = await guarded(auth);
    await client.get("/", { ...FORGED, "x-api-key": "k1" });
    expect(told()).toEqual(["x-user"]);
    expect(origin.last.headers["x-user"]).toBe("ci");
  });

  it("is nobody on an open route of the site", async () => {
    const client = await guarded(auth);
    expect((await client.get("/open/x", FORGED)).status).toBe(200);
    expect(told()).toEqual([]);
  });

  // As oauth2-proxy and Authelia tell it. A client's own is a claim, which is dropped everywhere.
  it("may be told in a field that no client may send", async () => {
    const fields = { "x-forwarded-user": "sub", "proxy-user": "sub" } as const;
    const client = await guarded({ ...auth, fields });
    const forged = { "x-forwarded-user": "root", x_forwarded_user: "root", "x-forwarded-groups": "root" };
    await client.get("/", { ...forged, "x-api-key": "k1" });
    expect(origin.last.headers).toMatchObject({ "x-forwarded-user": "ci", "proxy-user": "ci" });
    expect(told()).toEqual(["proxy-user", "x-forwarded-user"]);
    expect(origin.last.headers["x-forwarded-groups"]).toBeUndefined();
    await client.get("/open/x", forged);
    expect(told()).toEqual([]);
  });

  it("cannot be taken out by Connection", async () => {
    await guarded(auth);
    await sendRaw(
      edge.url,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Api-Key: k1\r\nConnection: close, x-user\r\n\r\n`,
    );
    expect(origin.last.headers["x-user"]).toBe("ci");
  });
});

describe("a token", async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "a" };
  const aToken = (more: object = {}) =>
    new SignJWT({
      iss: "https://issuer.test",
      aud: "shop",
      sub: "ann",
      groups: ["staff", "a,b"],
      exp: Math.floor(edge.now / 1_000) + 600,
      ...more,
    })
      .setProtectedHeader({ alg: "RS256", kid: "a" })
      .sign(privateKey);
  const auth = (more: object = {}) => ({
    jwt: { issuer: "https://issuer.test", audience: "shop", jwks: `${other.url}/jwks-${sites}`, ...more },
    fields: { "x-user": "sub", "x-groups": "groups" },
  });
  const publishing = () =>
    other.answers((_request, response) => void response.end(JSON.stringify({ keys: [jwk] })));

  it("lets in, and its claims reach the origin in place of it", async () => {
    publishing();
    other.seen = [];
    const client = await guarded(auth());
    for (let time = 0; time < 3; time++)
      expect((await client.get("/", bearer(await aToken()))).text).toBe("for ann");
    expect(origin.last.headers["x-groups"]).toBe("staff,a%2Cb");
    expect(origin.last.headers.authorization).toBeUndefined();
    expect(other.seen).toHaveLength(1);
  });

  it("is read from a cookie, which the origin does not see", async () => {
    publishing();
    const client = await guarded(auth({ cookie: "session" }));
    await client.get("/", { cookie: `a=1; session=${await aToken()}; b=2` });
    expect(origin.last.headers.cookie).toBe("a=1; b=2");
    expect((await client.get("/", bearer(await aToken()))).status).toBe(401);
  });

  it("lets in what is required, and nobody else", async () => {
    publishing();
    const client = await guarded({ ...auth(), require: { groups: "staff" } });
    expect((await client.get("/", bearer(await aToken()))).status).toBe(200);
    const refused = await client.get("/", bearer(await aToken({ groups: ["guests"] })));
    expect([refused.status, refused.json().title]).toEqual([403, "forbidden"]);
  });

  it("is good by a secret of the edge", async () => {
    const client = await guarded(auth({ jwks: undefined, secret: "${secret:TOKENS}" }));
    const token = await new SignJWT({
      iss: "https://issuer.test",
      aud: "shop",
      sub: "ann",
      exp: Math.floor(edge.now / 1_000) + 60,
    })
      .setProtectedHeader({ alg: "HS256" })
      .sign(Buffer.from("a-secret-of-at-least-32-characters"));
    expect((await client.get("/", bearer(token))).text).toBe("for ann");
    expect((await client.get("/", bearer(await aToken()))).status).toBe(401);
  });

  it.each([
    ["hang", () => {}],
    ["answer HTML", (response: { end(text: string): void }) => response.end("<!doctype html>")],
    ["answer too much", (response: { end(text: string): void }) => response.end("x".repeat(600_000))],
  ])("is refused with 503 while its keys %s", async (_what, answering) => {
    other.answers((_request, response) => answering(response));
    const client = await guarded(auth());
    const refused = await client.get("/", bearer(await aToken()));
    expect([refused.status, refused.json().title, refused.header("retry-after")]).toEqual([
      503,
      "auth-unavailable",
      "10",
    ]);
    const { warnings } = await edge.settled();
    expect(warnings.map(({ message }) => message)).toContain("the keys of an issuer cannot be read");
  });
});

describe("a route for those with a claim", () => {
  const keys = { ci: sha256("k1"), app: sha256("k2") };
  const routed = (more: object = {}) =>
    guarded(
      { key: { keys } },
      {
        routes: [
          { id: "ci", match: { claims: { sub: "ci" } }, respond: { body: "for ci" }, ...more },
          {
            id: "nobody",
            match: { path: "/open/*", claims: { sub: false } },
            auth: "off",
            respond: { body: "for nobody" },
          },
          { id: "rest", respond: { body: "for the rest" } },
        ],
      },
    );
  const of = async (client: EdgeClient, path: string, key?: string) =>
    (await client.get(path, key ? { "x-api-key": key } : {})).text;

  it("takes theirs, and no others", async () => {
    const client = await routed();
    expect(await of(client, "/", "k1")).toBe("for ci");
    expect(await of(client, "/", "k2")).toBe("for the rest");
    expect(await of(client, "/open/x", "k2")).toBe("for the rest");
    expect(await of(client, "/open/x")).toBe("for nobody");
    expect(await of(client, "/open/x", "wrong")).toBe("for nobody");
    for (const key of [undefined, "wrong"]) {
      const headers = key ? { "x-api-key": key } : {};
      expect((await client.get("/", { ...headers, "x-user": "ci", "remote-user": "ci" })).status).toBe(401);
    }
  });

  it("still asks for its own proof", async () => {
    const client = await routed({ auth: { key: { keys: { other: sha256("k3") } } } });
    expect((await client.get("/", { "x-api-key": "k1" })).status).toBe(401);
  });
});

describe("a signed link", () => {
  const link = (url: string, options: object = {}) => {
    const made = signed(
      url,
      { header: [], for: "1h", ...options },
      { env: { HEADGATE_SECRET: SECRET }, nowMs: edge.now },
    );
    if (!made.ok) throw new Error(made.error);
    return String(made.value[0]);
  };

  it("opens what it was made for, and nothing else", async () => {
    const client = await guarded({ signed: {}, fields: { "x-user": "sub" } });
    const { pathname, search } = new URL(link(`http://${host}/a b/%7ex?v=1`, { subject: "ann" }));
    expect((await client.get(`${pathname}${search}`)).text).toBe("for ann");
    expect(origin.last.url).toBe("/a%20b/~x?v=1");
    expect((await client.get(`/other${search}`)).status).toBe(401);
    expect((await client.get(`${pathname}${search}&w=2`)).status).toBe(401);
    expect((await client.get(pathname)).header("www-authenticate")).toBe(`Signed realm="${host}"`);
    await edge.advance(3_601_000);
    expect((await client.get(`${pathname}${search}`)).status).toBe(401);
  });

  it("may be a cookie for all below a path", async () => {
    const client = await guarded({ signed: {} });
    const cookie = link(`http://${host}/videos/`, { prefix: true, cookie: true });
    expect((await client.get("/videos/a/1.ts", { cookie })).status).toBe(200);
    expect(origin.last.headers.cookie).toBeUndefined();
    expect((await client.get("/videos", { cookie })).status).toBe(401);
    expect((await client.get("/videos/../a", { cookie })).status).toBe(401);
  });
});

describe("another server that decides", () => {
  it("sees who asks for what, and tells the origin who it is", async () => {
    other.answers((request, response) => {
      if (request.headers.cookie !== "s=1")
        return void response.writeHead(302, { location: "https://login.test/?next=x" }).end("log in");
      response.writeHead(200, { "x-user": "ann" }).end();
    });
    const client = await guarded({ forward: { url: `${other.url}/verify?a=1`, receive: ["x-user"] } });
    const away = await client.get("/p?q=1", { "x-user": "root" });
    expect([away.status, away.header("location"), away.text]).toEqual([
      302,
      "https://login.test/?next=x",
      "log in",
    ]);
    const seen = other.last;
    expect([seen.method, seen.url]).toEqual(["GET", "/verify?a=1"]);
    expect(seen.headers).toMatchObject({
      "x-forwarded-uri": "/p?q=1",
      "x-forwarded-host": host,
      "x-forwarded-method": "GET",
    });
    expect(seen.headers["x-user"]).toBeUndefined();
    origin.answers(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      response.end(`for ${request.headers["x-user"]}: ${body}`);
    });
    const posted = await client.ask("/p", {
      method: "POST",
      body: "hello",
      headers: { cookie: "s=1", "x-user": "root" },
    });
    expect(posted.text).toBe("for ann: hello");
  });

  it("lets nobody in while it hangs", async () => {
    other.answers(() => {});
    const client = await guarded({ forward: { url: other.url, timeout: "50ms" } });
    origin.seen = [];
    const refused = await client.get("/");
    expect([refused.status, refused.json().title]).toEqual([503, "auth-unavailable"]);
    expect(origin.seen).toEqual([]);
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/: without this, who
// reaches the Worker by another way than the protected host is let in by a field that anybody can write.
describe("Cloudflare Access", () => {
  const TEAM = "https://team.cloudflareaccess.com";
  const AUDIENCE = "a".repeat(64);
  const FIELD = "cf-access-jwt-assertion";

  const withAccess = async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }];
    other.answers((_request, response) => void response.end(JSON.stringify({ keys })));
    await edge.control({ instead: { [TEAM]: other.url } });
    const client = await guarded({
      access: { team: "team", audience: AUDIENCE },
      fields: { "x-user": "email" },
    });
    const assertion = (claims: Record<string, unknown> = {}, key = privateKey, kid = "1") =>
      new SignJWT({ email: "ann@example.com", ...claims })
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuer(String(claims.iss ?? TEAM))
        .setAudience((claims.aud as string) ?? AUDIENCE)
        .setSubject("1")
        .setExpirationTime((claims.exp as number) ?? "1h")
        .sign(key);
    return { client, assertion };
  };

  it("lets in whom its assertion names, and no origin sees the assertion", async () => {
    const { client, assertion } = await withAccess();
    const token = await assertion();
    const answer = await client.get("/a", {
      [FIELD]: token,
      cookie: `CF_Authorization=${token}; a=1`,
      "x-user": "eve",
    });
    expect([answer.status, answer.text]).toEqual([200, "for ann@example.com"]);
    expect(origin.last.headers).not.toHaveProperty(FIELD);
    expect(origin.last.headers.cookie).toBe("a=1");
    expect(other.seen.map(({ url }) => url)).toEqual(["/cdn-cgi/access/certs"]);
  });

  it("lets in nobody whom it does not name", async () => {
    const { client, assertion } = await withAccess();
    const { privateKey: foreign } = await generateKeyPair("RS256");
    const wrong = {
      "none at all": undefined,
      "of another key": await assertion({}, foreign),
      "of another application": await assertion({ aud: "b".repeat(64) }),
      "of another team": await assertion({ iss: "https://evil.cloudflareaccess.com" }),
      "that has expired": await assertion({ exp: Math.floor(Date.now() / 1_000) - 120 }),
      "without a signature": `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await assertion()).split(".")[1]}.`,
    };
    for (const [what, token] of Object.entries(wrong)) {
      const answer = await client.get("/a", token === undefined ? {} : { [FIELD]: token });
      expect([what, answer.status]).toEqual([what, 401]);
    }
    // What else Cloudflare writes is no proof.
    const claimed = {
      "cf-access-authenticated-user-email": "ann@example.com",
      cookie: `CF_Authorization=${await assertion()}`,
    };
    expect((await client.get("/a", claimed)).status).toBe(401);
    expect(origin.seen).toEqual([]);
  });

  it("is no proof on a route that is open: the assertion goes no further", async () => {
    const { client } = await withAccess();
    expect(
      (await client.get("/open/a", { [FIELD]: "made.up.one", Cf_Access_Jwt_Assertion: "made.up.one" }))
        .status,
    ).toBe(200);
    expect(Object.keys(origin.last.headers).filter((name) => /access.jwt/i.test(name))).toEqual([]);
  });
});
