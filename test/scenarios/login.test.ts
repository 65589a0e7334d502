// Login at a real OpenID provider, over TCP. What can be done wrong, and what is done to logins, is that of RFC 9700 (OAuth 2.0 Security
// Best Current Practice) and of the tests of oauth2-proxy (oauthproxy_test.go: state, redirects), mod_auth_openidc and Envoy's oauth2 filter.
import fc from "fast-check";
import { generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { Browser, CLIENT, type Page, useOpenIdProvider } from "../support/openid-provider.ts";
import { useOrigin } from "../support/origin.ts";

const PEOPLE = {
  ann: { email: "ann@example.com", email_verified: true, groups: ["staff", "admin"], name: "Ann" },
  bob: { email: "bob@example.com", email_verified: true, groups: ["guests"] },
  eve: { email: "eve@example.com.evil.test", email_verified: true, groups: ["staff"] },
  una: { email: "una@example.com", email_verified: false, groups: ["staff"] },
  big: {
    email: "big@example.com",
    email_verified: true,
    groups: Array.from({ length: 400 }, (_, at) => `group-${at}`),
  },
};
/** Each site has a host of its own, which the provider knows beforehand. */
const HOSTS = Array.from({ length: 90 }, (_, at) => `login-${at}.test`);
const callbackAt = (host: string) => `http://${host}/oauth2/callback`;

const VARS = {
  HEADGATE_SECRET: "a secret of the edge, long enough to be one",
  HEADGATE_SECRET_OIDC: CLIENT.secret,
  HEADGATE_SECRET_WRONG: "another",
};

describe("a login", () => {
  const edge = useEdge(VARS);
  /** Its clock is moved further than the tokens of the provider are good for. */
  const later = useEdge(VARS);
  const provider = useOpenIdProvider(PEOPLE, HOSTS.map(callbackAt));
  const origin = useOrigin(
    (request, response) =>
      void response
        .writeHead(200, { "cache-control": "max-age=600" })
        .end(`for ${request.headers["x-user"] ?? "nobody"}`),
    edge,
  );
  const oidc = (more: object = {}) => ({
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: "${secret:OIDC}",
    scopes: ["openid", "email", "profile", "groups"],
    ...more,
  });
  let sites = 0;
  let host = "";
  const siteWith = async (auth: object, more: Partial<SiteFile> = {}, at = edge) => {
    host = HOSTS[sites++] ?? "";
    await at.site({
      hosts: [host],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      auth: { fields: { "x-user": "sub" }, ...auth } as never,
      routes: [
        { id: "open", match: { path: "/open/*" }, auth: "off", to: "web" },
        { id: "rest", to: "web" },
      ],
      ...more,
    });
  };
  const aBrowser = (at = edge) => new Browser(at.url);
  const isCallback = (url: string) => url.startsWith(callbackAt(host));
  /** The URL by which the browser would come back. */
  const callbackOf = (page: Page) => new URL(page.headers.location ?? "", page.url).href;

  beforeEach(() => {
    provider.seen = [];
    provider.instead = () => false;
  });

  it("leads to the provider and back to the page that was asked for, once; then the session is enough", async () => {
    await siteWith({ oidc: oidc() });
    const browser = aBrowser();
    const page = await browser.logIn(`http://${host}/a/b?c=1&d=%2F`, "ann");
    expect([page.url, page.status, page.text]).toEqual([`http://${host}/a/b?c=1&d=%2F`, 200, "for ann"]);
    const asked = provider.seen.find(({ path }) => path === "/auth")?.query;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_type: "code",
      client_id: CLIENT.id,
      redirect_uri: callbackAt(host),
      scope: "openid email profile groups",
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    provider.seen = [];
    expect((await browser.ask(`http://${host}/other`)).text).toBe("for ann");
    expect(provider.seen).toEqual([]);
    expect(origin.seen.every(({ headers }) => headers.cookie === undefined)).toBe(true);
    const { records } = await edge.settled();
    expect(JSON.stringify(records)).not.toMatch(/code=|state=|hg-session/);
  });

  it("sets cookies that scripts cannot read, that end, and that nobody can read", async () => {
    await siteWith({ oidc: oidc() });
    const browser = aBrowser();
    const begun = await browser.ask(`http://${host}/`);
    expect(begun.status).toBe(302);
    expect(begun.headers["cache-control"]).toContain("no-store");
    expect(begun.cookies).toEqual([
      expect.stringMatching(
        /^hg-login-[0-9a-f]{8}-[0-7]=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const sent = await browser.logIn(`http://${host}/`, "ann", isCallback);
    const back = await browser.ask(callbackOf(sent));
    expect(back.cookies).toEqual([
      expect.stringMatching(/^hg-login-[0-9a-f]{8}-[0-7]=; .*Max-Age=0/),
      expect.stringMatching(
        /^hg-session-[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const [header = ""] = (back.cookies[1] ?? "").replace(/^[^=]*=/, "").split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "dir", enc: "A256GCM" });
    expect(back.cookies.join()).not.toContain(
      Buffer.from("ann@example.com").toString("base64url").slice(0, 16),
    );
  });

  it("over https has cookies that only this host can set, and comes back by https", async () => {
    await siteWith({ oidc: oidc() }, { trustedProxies: ["127.0.0.1"] });
    const begun = await aBrowser().ask(`http://${host}/`, { headers: { "x-forwarded-proto": "https" } });
    expect(begun.cookies).toEqual([
      expect.stringMatching(/^__Host-hg-login-[0-9a-f]{8}-[0-7]=.*; Path=\/; .*; Secure$/),
    ]);
    expect(new URL(begun.headers.location ?? "").searchParams.get("redirect_uri")).toBe(
      `https://${host}/oauth2/callback`,
    );
    // A cookie without the prefix may be another host's below the same domain.
    const [pair = ""] = (begun.cookies[0] ?? "").replace("__Host-", "").split(";");
    const back = await edge
      .client(host)
      .get("/oauth2/callback?code=1&state=2", { cookie: pair, "x-forwarded-proto": "https" });
    expect(back.status).toBe(400);
  });

  it("is asked of no program, and loses no form: they get 401", async () => {
    await siteWith({ oidc: oidc() });
    const client = edge.client(host);
    const program = await client.get("/api", { accept: "application/json" });
    expect([program.status, program.header("www-authenticate")]).toEqual([401, `Login realm="${host}"`]);
    const script = await client.get("/api", { accept: "text/html", "sec-fetch-dest": "empty" });
    expect(script.status).toBe(401);
    const form = await client.ask("/send", { method: "POST", body: "a=1", headers: { accept: "text/html" } });
    expect(form.status).toBe(401);
    expect((await client.get("/open/a")).text).toBe("for nobody");
    expect(origin.seen.filter(({ url }) => !url.startsWith("/open/"))).toEqual([]);
  });

  describe("of people who may not come in", () => {
    it.each([
      ["bob", { groups: ["staff"] }],
      ["eve", { emailDomains: ["example.com"] }],
      ["una", { emailDomains: ["example.com"] }],
      ["bob", { emailDomains: ["example.com"], groups: ["staff"] }],
    ])("is refused: %s where %j may", async (sub, allow) => {
      await siteWith({ oidc: oidc({ allow }) });
      const browser = aBrowser();
      const page = await browser.logIn(`http://${host}/`, sub);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining("forbidden")]);
      expect([...browser.jar(host).keys()]).toEqual([]);
      expect(origin.seen.filter(({ url }) => url === "/")).toEqual([]);
    });

    it("is good for the others", async () => {
      await siteWith({ oidc: oidc({ allow: { emailDomains: ["example.com"], groups: ["staff"] } }) });
      expect((await aBrowser().logIn(`http://${host}/`, "ann")).text).toBe("for ann");
    });

    it("is good for what a route requires, and for no more", async () => {
      const auth = { oidc: oidc() };
      await siteWith(auth, {
        routes: [
          {
            id: "admin",
            match: { path: "/admin/*" },
            auth: { ...auth, require: { groups: ["admin"] } } as never,
            to: "web",
          },
          { id: "rest", to: "web" },
        ],
      });
      const bob = aBrowser();
      expect((await bob.logIn(`http://${host}/`, "bob")).status).toBe(200);
      expect((await bob.ask(`http://${host}/admin/x`)).status).toBe(403);
      const ann = aBrowser();
      expect((await ann.logIn(`http://${host}/admin/x`, "ann")).status).toBe(200);
    });
  });

  describe("cannot be finished", () => {
    const prepared = async () => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      const sent = await browser.logIn(`http://${host}/`, "ann", isCallback);
      return { browser, url: new URL(callbackOf(sent)) };
    };
    const refused = (page: Page) => {
      expect([page.status, page.text]).toEqual([400, expect.stringContaining("login-failed")]);
      expect(page.cookies.filter((line) => line.startsWith("hg-session"))).toEqual([]);
    };

    it("by another browser, to which somebody has sent the link (login CSRF)", async () => {
      const { url } = await prepared();
      refused(await aBrowser().ask(url.href));
      const victim = aBrowser();
      await victim.ask(`http://${host}/`); // has begun a login of its own
      refused(await victim.ask(url.href));
      expect(provider.seen.filter(({ path }) => path === "/token")).toEqual([]);
    });

    it.each([
      ["without a state", (url: URL) => url.searchParams.delete("state")],
      ["with another state", (url: URL) => url.searchParams.set("state", "0".repeat(32))],
      ["with two states", (url: URL) => url.searchParams.append("state", "0".repeat(32))],
      ["without a code", (url: URL) => url.searchParams.delete("code")],
      ["with another code", (url: URL) => url.searchParams.set("code", "made-up")],
      [
        "by another provider's answer (RFC 9207, mix-up)",
        (url: URL) => url.searchParams.set("iss", "https://evil.test"),
      ],
      ["with an error of the provider", (url: URL) => url.searchParams.set("error", "access_denied")],
    ])("%s", async (_what, change) => {
      const { browser, url } = await prepared();
      change(url);
      refused(await browser.ask(url.href));
    });

    it("twice by the same link, or by the same code", async () => {
      const { browser, url } = await prepared();
      const jar = new Map(browser.jar(host));
      expect((await browser.ask(url.href)).status).toBe(302);
      refused(await browser.ask(url.href));
      for (const [name, value] of jar) browser.jar(host).set(name, value); // whoever has kept the cookie
      refused(await browser.ask(url.href));
    });

    it("with the code of another login: its verifier and nonce are others (code injection)", async () => {
      const { url: stolen } = await prepared();
      const attacker = aBrowser();
      const sent = await attacker.logIn(`http://${host}/`, "bob", isCallback);
      const own = new URL(callbackOf(sent));
      own.searchParams.set("code", stolen.searchParams.get("code") ?? "");
      refused(await attacker.ask(own.href));
    });

    it("after ten minutes", async () => {
      await siteWith({ oidc: oidc() }, {}, later);
      const browser = aBrowser(later);
      const sent = await browser.logIn(`http://${host}/`, "ann", isCallback);
      await later.advance(601_000);
      refused(await browser.ask(callbackOf(sent)));
    });

    it("with a cookie that was changed, or that is a session", async () => {
      const { browser, url } = await prepared();
      const jar = browser.jar(host);
      const [[name = "", value = ""] = []] = jar;
      jar.set(name, `${value.slice(0, -2)}AA`);
      refused(await browser.ask(url.href));
      const session = aBrowser();
      await session.logIn(`http://${host}/`, "ann");
      const [[, sealed = ""] = []] = session.jar(host);
      jar.set(name, sealed);
      refused(await browser.ask(url.href));
    });

    it("where the session would be too long for a cookie, which the log says", async () => {
      await siteWith({ oidc: oidc() });
      const page = await aBrowser().logIn(`http://${host}/`, "big");
      refused(page);
      const { warnings } = await edge.settled();
      expect(JSON.stringify(warnings)).toContain("keep fewer claims");
    });

    it("by whatever is in the query (generated)", async () => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      await browser.ask(`http://${host}/`);
      const cookie = [...browser.jar(host)].map((pair) => pair.join("=")).join("; ");
      const client = edge.client(host);
      const word = fc.oneof(
        fc.constantFrom("state", "code", "iss", "error", "response", "id_token"),
        fc.string({ maxLength: 12 }),
      );
      const query = fc.array(fc.tuple(word, fc.string({ unit: "binary", maxLength: 40 })), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(query, async (pairs) => {
          const text = pairs
            .map(
              ([name, value]) =>
                `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
            )
            .join("&");
          const answer = await client.get(`/oauth2/callback?${text}`, { cookie });
          expect([answer.status, answer.cookies.filter((line) => line.includes("hg-session"))]).toEqual([
            400,
            [],
          ]);
        }),
        { numRuns: 150 },
      );
      expect(provider.seen.filter(({ path }) => path === "/token")).toEqual([]);
    });

    it("with a wrong secret", async () => {
      await siteWith({ oidc: oidc({ clientSecret: "${secret:WRONG}" }) });
      refused(await aBrowser().logIn(`http://${host}/`, "ann"));
    });
  });

  // The provider's own answer is changed, with a signature by its key where nothing else is wrong.
  describe("with a token that is not the one asked for", () => {
    const answered = async (
      make: (given: { nonce: string; now: number }) => Promise<string> | string,
      tokens: object = {},
    ) => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      const sent = await browser.logIn(`http://${host}/`, "ann", isCallback);
      const nonce = provider.seen.find(({ path }) => path === "/auth")?.query.get("nonce") ?? "";
      const idToken = await make({ nonce, now: Math.floor(Date.now() / 1_000) });
      provider.instead = (request, response) => {
        if (request.url !== "/token") return false;
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          JSON.stringify({
            access_token: "x",
            token_type: "Bearer",
            expires_in: 60,
            id_token: idToken,
            ...tokens,
          }),
        );
        return true;
      };
      return browser.ask(callbackOf(sent));
    };
    const claimsFor = (nonce: string, now: number) => ({
      iss: provider.issuer,
      aud: CLIENT.id,
      sub: "ann",
      nonce,
      iat: now,
      exp: now + 60,
    });
    const signed = (claims: Record<string, unknown>, key = provider.key, header: object = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "test", ...header }).sign(key);

    it("is finished by the right one", async () => {
      const page = await answered(({ nonce, now }) => signed(claimsFor(nonce, now)));
      expect([page.status, page.cookies.some((line) => line.startsWith("hg-session"))]).toEqual([302, true]);
    });

    it.each([
      ["of another login (nonce)", (claims: object) => ({ ...claims, nonce: "0".repeat(32) })],
      ["without a nonce", (claims: object) => ({ ...claims, nonce: undefined })],
      ["for another client", (claims: object) => ({ ...claims, aud: "other" })],
      [
        "for several clients, and issued to another",
        (claims: object) => ({ ...claims, aud: [CLIENT.id, "other"], azp: "other" }),
      ],
      ["of another issuer", (claims: object) => ({ ...claims, iss: "https://evil.test" })],
      ["that has expired", (claims: object) => ({ ...claims, exp: Math.floor(Date.now() / 1_000) - 300 })],
      ["that never expires", (claims: object) => ({ ...claims, exp: undefined })],
      ["of nobody", (claims: object) => ({ ...claims, sub: undefined })],
    ])("is refused: %s", async (_what, change) => {
      const page = await answered(({ nonce, now }) => signed(change(claimsFor(nonce, now))));
      expect([page.status, page.cookies.filter((line) => line.startsWith("hg-session"))]).toEqual([400, []]);
    });

    it("is refused with a signature that is not the provider's", async () => {
      const { privateKey: foreign } = await generateKeyPair("RS256");
      const secret = new TextEncoder().encode(CLIENT.secret);
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const wrong: Record<string, (claims: Record<string, unknown>) => Promise<string> | string> = {
        "by another key of the same name": (claims) => signed(claims, foreign),
        "by the secret of the client": (claims) =>
          new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "test" }).sign(secret),
        "by none": (claims) => `${part({ alg: "none" })}.${part(claims)}.`,
        "that was cut off": async (claims) => (await signed(claims)).replace(/\.[^.]*$/, "."),
        "of other claims": async (claims) => {
          const [head = "", , tail = ""] = (await signed({ ...claims, sub: "bob" })).split(".");
          return `${head}.${part(claims)}.${tail}`;
        },
      };
      for (const [what, make] of Object.entries(wrong)) {
        const page = await answered(({ nonce, now }) => make(claimsFor(nonce, now)));
        expect([what, page.status]).toEqual([what, 400]);
        provider.instead = () => false;
        provider.seen = [];
      }
    });

    it("is refused where there is none", async () => {
      expect((await answered(() => "", { id_token: undefined })).status).toBe(400);
    });
  });

  it("may be under way in several tabs at once", async () => {
    await siteWith({ oidc: oidc() });
    const browser = aBrowser();
    // By the cookie that each has. One that gets the cookie of an earlier one takes its place.
    const begun = new Map<string, Page>();
    for (let tab = 0; tab < 32 && begun.size < 2; tab++) {
      const page = await browser.ask(`http://${host}/tab-${tab}`);
      const [name = ""] = (page.cookies[0] ?? "").split("=");
      begun.set(name, page);
    }
    expect(begun.size).toBe(2);
    for (const page of begun.values()) {
      const sent = await browser.logIn(page.headers.location ?? "", "ann", isCallback);
      expect((await browser.ask(callbackOf(sent))).headers.location).toMatch(/\/tab-\d+$/);
    }
  });

  it("chooses the route by claims that only a route names", async () => {
    const auth = { oidc: oidc() };
    await siteWith(auth, {
      routes: [
        {
          id: "named",
          match: { path: "/x", claims: { name: "Ann" } },
          respond: { body: "for those called Ann" },
        },
        { id: "rest", to: "web" },
      ],
    });
    // \`name\` is kept without that; the session below keeps nothing that is not asked for.
    const lean = oidc({ session: { claims: [] } });
    await siteWith(
      { oidc: lean, fields: {} },
      {
        routes: [
          {
            id: "named",
            match: { path: "/x", claims: { name: "Ann" } },
            respond: { body: "for those called Ann" },
          },
          { id: "rest", to: "web" },
        ],
      },
    );
    expect((await aBrowser().logIn(`http://${host}/x`, "ann")).text).toBe("for those called Ann");
  });

  it("of one kind is none of another: a session is good for what was asked of the person", async () => {
    await siteWith(
      { oidc: oidc() },
      {
        routes: [
          {
            id: "admin",
            match: { path: "/admin/*" },
            auth: {
              oidc: oidc({
                callback: "/admin-login",
                logout: "/admin-logout",
                parameters: { acr_values: "mfa" },
              }),
            } as never,
            to: "web",
          },
          { id: "rest", to: "web" },
        ],
      },
    );
    const browser = aBrowser();
    expect((await browser.logIn(`http://${host}/`, "ann")).status).toBe(200);
    const admin = await browser.ask(`http://${host}/admin/x`);
    expect(admin.status).toBe(302);
    expect(new URL(admin.headers.location ?? "").searchParams.get("acr_values")).toBe("mfa");
  });

  describe("leads nowhere else", () => {
    it.each([
      "//evil.test/",
      "/\\evil.test",
      "/%5cevil.test",
      "/%0d%0aset-cookie:a=1",
      "/a?next=//evil.test",
      "/%2f%2fevil.test",
      "/oauth2/callback/",
      "/OAuth2/Callback",
    ])("after it was begun at %s", async (target) => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      const sent = await browser.logIn(`http://${host}${target}`, "ann", isCallback);
      if (sent.headers.location === undefined) return void expect(sent.status).toBeGreaterThanOrEqual(400);
      const back = await browser.ask(callbackOf(sent));
      expect(back.headers.location).toMatch(new RegExp(`^http://${host}/`));
      expect(new URL(back.headers.location ?? "").host).toBe(host);
    });
  });

  describe("a session", () => {
    const sessionOf = async (sub = "ann") => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      await browser.logIn(`http://${host}/`, sub);
      return browser;
    };

    it("ends after its time", async () => {
      await siteWith({ oidc: oidc() }, {}, later);
      const browser = aBrowser(later);
      await browser.logIn(`http://${host}/`, "ann");
      await later.advance(7 * 3_600_000);
      expect((await browser.ask(`http://${host}/x`)).status).toBe(200);
      await later.advance(3_700_000);
      expect((await browser.ask(`http://${host}/x`)).status).toBe(302);
    });

    it.each([
      [30, 200],
      [-30, 200],
      [7_200, 400],
    ])("begins with a clock that is off by %i seconds: %i", async (seconds, status) => {
      await later.stopClockAt(Date.now() + seconds * 1_000);
      await siteWith({ oidc: oidc() }, {}, later);
      expect((await aBrowser(later).logIn(`http://${host}/`, "ann")).status).toBe(status);
    });

    it("is none at another site, under whatever name", async () => {
      const browser = await sessionOf();
      const [[name = "", sealed = ""] = []] = browser.jar(host);
      await siteWith({ oidc: oidc() });
      const begun = await aBrowser().ask(`http://${host}/`);
      const mark = /hg-login-([0-9a-f]{8})/.exec(begun.cookies[0] ?? "")?.[1];
      browser.jar(host).set(name, sealed).set(`hg-session-${mark}`, sealed);
      expect((await browser.ask(`http://${host}/`)).status).toBe(302);
    });

    it("that was changed is none", async () => {
      const browser = await sessionOf();
      const jar = browser.jar(host);
      const [[name = "", value = ""] = []] = jar;
      for (const changed of [
        `${value}A`,
        value.slice(1),
        value.replace(/\.[^.]*$/, ".AAAA"),
        "",
        "a.b.c.d.e",
        "x".repeat(5_000),
      ]) {
        jar.set(name, changed);
        expect((await browser.ask(`http://${host}/x`)).status).toBe(302);
      }
    });

    it("lets nobody else see what was stored for it", async () => {
      const ann = await sessionOf();
      expect((await ann.ask(`http://${host}/mine`)).text).toBe("for ann");
      await edge.settled();
      expect((await ann.ask(`http://${host}/mine`)).headers["cache-control"]).toContain("private");
      expect((await aBrowser().ask(`http://${host}/mine`)).status).toBe(302);
      const bob = aBrowser();
      await bob.logIn(`http://${host}/`, "bob");
      expect((await bob.ask(`http://${host}/mine`)).text).toBe("for bob");
    });

    it("is not made by a client that says who it is", async () => {
      await siteWith({ oidc: oidc() });
      const answer = await edge.client(host).get("/open/a", { "x-user": "ann", x_user: "ann" });
      expect(answer.text).toBe("for nobody");
    });

    it("ends by logging out, here and at the provider", async () => {
      const browser = await sessionOf();
      const image = await browser.ask(`http://${host}/oauth2/logout`, {
        headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
      });
      expect(image.status).toBe(400);
      expect(browser.jar(host).size).toBe(1);
      const out = await browser.ask(`http://${host}/oauth2/logout`);
      expect(out.status).toBe(302);
      const to = new URL(out.headers.location ?? "");
      expect([to.origin, to.pathname]).toEqual([provider.issuer, "/session/end"]);
      expect(Object.fromEntries(to.searchParams)).toEqual({
        client_id: CLIENT.id,
        post_logout_redirect_uri: `http://${host}/`,
      });
      expect(browser.jar(host).size).toBe(0);
      expect((await browser.ask(`http://${host}/x`)).status).toBe(302);
    });
  });

  describe("at a provider", () => {
    const unavailable = async (because: RegExp) => {
      const page = await aBrowser().ask(`http://${host}/`);
      expect([page.status, page.text]).toEqual([503, expect.stringContaining("auth-unavailable")]);
      const { warnings } = await edge.settled();
      expect(JSON.stringify(warnings)).toMatch(because);
    };

    it.each([
      ["that is down", /cannot be reached/, undefined],
      [
        "that answers HTML",
        /OpenID provider cannot be asked/,
        (body: string) => ({ type: "text/html", body: `<html>${body}` }),
      ],
      [
        "that answers something else",
        /OpenID provider cannot be asked/,
        () => ({ type: "application/json", body: "[1, 2" }),
      ],
      [
        "whose description is endless",
        /longer than/,
        () => ({ type: "application/json", body: `{"a":"${"x".repeat(300_000)}"}` }),
      ],
      [
        "that calls itself something else",
        /OpenID provider cannot be asked/,
        () => ({ type: "application/json", body: '{"issuer":"https://evil.test"}' }),
      ],
      [
        "that signs by nothing",
        /signs by no public key/,
        (_: string, at: string) => ({
          type: "application/json",
          body: JSON.stringify({
            ...{
              issuer: at,
              authorization_endpoint: `${at}/auth`,
              token_endpoint: `${at}/token`,
              jwks_uri: `${at}/jwks`,
            },
            id_token_signing_alg_values_supported: ["none", "HS256"],
          }),
        }),
      ],
      [
        "without an endpoint",
        /no usable `token_endpoint`/,
        (_: string, at: string) => ({
          type: "application/json",
          body: JSON.stringify({
            issuer: at,
            authorization_endpoint: `${at}/auth`,
            jwks_uri: `${at}/jwks`,
            token_endpoint: "javascript:1",
          }),
        }),
      ],
    ])("%s, nobody can log in, and nobody gets in", async (_what, because, answer) => {
      const other = answer ? `${provider.issuer}/other/${sites}` : "http://127.0.0.1:1";
      provider.instead = (request, response) => {
        if (!answer || !request.url?.startsWith("/other/")) return false;
        const { type, body } = answer("", other);
        response.writeHead(200, { "content-type": type }).end(body);
        return true;
      };
      await siteWith({ oidc: oidc({ issuer: other }) });
      await unavailable(because);
    });

    it("that hangs, nobody waits for longer than the site says", async () => {
      const other = `${provider.issuer}/other/${sites}`;
      provider.instead = (request) => request.url?.startsWith("/other/") === true;
      await siteWith({ oidc: oidc({ issuer: other, timeout: "100ms" }) });
      await unavailable(/no whole answer after 100 ms/);
    });

    it("that goes away meanwhile, sessions are good, and a login is refused for the time", async () => {
      await siteWith({ oidc: oidc() });
      const browser = aBrowser();
      await browser.logIn(`http://${host}/`, "ann");
      const late = aBrowser();
      const sent = await late.logIn(`http://${host}/`, "bob", isCallback);
      provider.instead = (_request, response) => {
        response.writeHead(503).end("down");
        return true;
      };
      expect((await browser.ask(`http://${host}/x`)).text).toBe("for ann");
      expect((await late.ask(callbackOf(sent))).status).toBe(503);
    });
  });
});
