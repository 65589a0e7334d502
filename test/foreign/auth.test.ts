// What other servers' own tests ask of passwords, of links that are signed, and of another server that decides: nginx (auth_basic.t,
// auth_request.t, auth_request_satisfy.t, secure_link.t), Traefik (pkg/middlewares/auth: forward_test.go, basic_auth_test.go,
// connectionheader_test.go) and Caddy (caddytest/integration/forwardauth_test.go). Where a test of theirs asks for another status, ours
// is that of docs/authentication.md.
import { describe, expect, it } from "vitest";
import { signed } from "../../cli/signing/signing-wish.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { siteSchema } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

const SECRET = "the-root-secret-of-an-edge-in-a-test";
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

describe("who gets in, as others test it", () => {
  const edge = useEdge({ HEADGATE_SECRET: SECRET });
  const origin = useOrigin(afterBody((_request, response, { body }) => void response.end(`in ${body}`)));
  const decides = useOrigin();
  let sites = 0;
  const site = (auth: SiteFile["auth"], more: Partial<SiteFile> = {}) =>
    edge.site({
      hosts: [`auth-${++sites}.test`],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", cache: "off", to: "web" }],
      ...(auth !== undefined && { auth }),
      ...more,
    });
  const forwarding = (more: object = {}) => site({ forward: { url: `${decides.url}/verify`, ...more } });

  describe("another server decides", () => {
    it.each([404, 429, 500, 502])(
      "nginx auth_request.t: a status of %i is an error of that server, and no consent",
      async (status) => {
        decides.answers((_request, response) => void response.writeHead(status).end("let in"));
        const answer = await (await forwarding()).get("/error");
        expect([answer.status, answer.json().title]).toEqual([503, "auth-unavailable"]);
        expect(answer.text).not.toContain("let in");
        expect(origin.seen).toEqual([]);
      },
    );

    it.each([201, 204, 299])(
      "nginx auth_request.t: %i is consent, and its body is shown to nobody",
      async (status) => {
        decides.answers(
          (_request, response) =>
            void response.writeHead(status).end(status === 204 ? undefined : "INVISIBLE"),
        );
        const answer = await (await forwarding()).get("/open");
        expect([answer.status, answer.text]).toEqual([200, "in "]);
      },
    );

    it("nginx auth_request.t: a large body goes to the origin whole, and to that server not at all", async () => {
      decides.answers(afterBody((_request, response) => void response.writeHead(204).end()));
      const body = "1234567890".repeat(1_024);
      const client = await forwarding({ send: ["content-type", "cookie"] });
      const answer = await client.ask("/double", {
        method: "POST",
        body,
        headers: { "content-type": "text/plain" },
      });
      expect([answer.status, answer.text]).toEqual([200, `in ${body}`]);
      const { method, headers, body: asked } = decides.last;
      expect([method, asked, headers["content-length"], headers["transfer-encoding"]]).toEqual([
        "GET",
        "",
        undefined,
        undefined,
      ]);
    });

    it("nginx auth_request.t: each WWW-Authenticate reaches the client", async () => {
      decides.answers((_request, response) => {
        response.writeHead(401, { "www-authenticate": ["foo", "bar"] }).end();
      });
      const answer = await (await forwarding()).get("/multi");
      expect([answer.status, answer.header("www-authenticate")]).toEqual([401, "foo, bar"]);
    });

    it("nginx auth_request_satisfy.t: who is denied is refused before that server is asked", async () => {
      decides.answers((_request, response) => void response.writeHead(204).end());
      const client = await site({ forward: { url: decides.url } }, { access: { deny: { ip: "127.0.0.1" } } });
      expect((await client.get("/deny+open")).status).toBe(403);
      expect([decides.seen, origin.seen]).toEqual([[], []]);
    });

    it("Traefik forward_test.go: a redirect goes to the client with its page, without the fields of that connection", async () => {
      decides.answers((_request, response) => {
        const hop = {
          connection: "x-hop",
          "keep-alive": "timeout=9",
          "proxy-authenticate": "Basic",
          trailer: "x",
          "x-hop": "1",
        };
        response
          .writeHead(302, { ...hop, location: "http://example.test/login", "x-internal": "1" })
          .end("log in");
      });
      const client = await forwarding();
      const { head, body } = await sendRaw(edge.url, rawGet("/", client.host));
      expect(head).toMatch(/^HTTP\/1\.1 302 /);
      expect(head).toMatch(/^location: http:\/\/example\.test\/login\r?$/im);
      expect(body).toContain("log in");
      expect(head).not.toMatch(/^(?:keep-alive|proxy-authenticate|trailer|x-hop|x-internal):/im);
    });

    it("Traefik forward_test.go: a relative Location stays as it is", async () => {
      decides.answers(
        (_request, response) => void response.writeHead(401, { location: "/index.html" }).end(),
      );
      const answer = await (await forwarding()).get("/");
      expect([answer.status, answer.header("location")]).toEqual([401, "/index.html"]);
    });

    it("Traefik forward_test.go: a cookie of a refusal reaches the client", async () => {
      decides.answers(
        (_request, response) =>
          void response.writeHead(403, { "set-cookie": "a=1; Path=/" }).end("Forbidden\n"),
      );
      const answer = await (await forwarding()).get("/");
      expect([answer.status, answer.cookies, answer.text]).toEqual([403, ["a=1; Path=/"], "Forbidden\n"]);
    });

    it("Traefik forward_test.go: what is told of the request is not what the client says of it", async () => {
      decides.answers((_request, response) => void response.writeHead(204).end());
      const client = await forwarding({ send: ["x-custom", "user-agent", "x-absent"] });
      const forged = {
        "x-forwarded-host": "fii.bir",
        "x-forwarded-uri": "/forward?q=1",
        "x-forwarded-method": "OPTIONS",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "443",
        "x-forwarded-for": "127.0.0.1",
        x_forwarded_for: "192.0.2.9",
        forwarded: "for=192.0.2.9",
        "content-type": "multipart/form-data; boundary=---123456",
        te: "trailers",
        "x-custom": "own",
      };
      await client.ask("/path?q=1", { method: "POST", headers: forged });
      const {
        host: _host,
        connection: _connection,
        "accept-encoding": _coding,
        accept: _accept,
        ...told
      } = decides.last.headers;
      expect(told).toEqual({
        "x-custom": "own",
        "x-forwarded-method": "POST",
        "x-forwarded-uri": "/path?q=1",
        "x-forwarded-proto": "http",
        "x-forwarded-host": client.host,
        "x-forwarded-for": "127.0.0.1",
      });
    });

    it.each([
      [200, "consent"],
      [403, "a refusal"],
    ])("Traefik forward_test.go: an answer of %i that is too long is no answer", async (status) => {
      decides.answers((_request, response) => void response.writeHead(status).end("x".repeat(70_000)));
      const answer = await (await forwarding()).get("/");
      expect([answer.status, answer.text.includes("xxx")]).toEqual([503, false]);
      expect(origin.seen).toEqual([]);
    });

    it("Traefik connectionheader_test.go: Connection takes away no field that the server has set", async () => {
      decides.answers((_request, response) => void response.writeHead(200, { "x-user": "ann" }).end());
      const client = await forwarding({ receive: ["x-user"] });
      await sendRaw(
        edge.url,
        rawGet("/", client.host, "X-User: root\r\n").replace(
          "Connection: close",
          "Connection: close, x-user",
        ),
      );
      expect(origin.last.headers["x-user"]).toBe("ann");
    });

    it.each(["X-User-Id", "x_user_id", "x.user.id", "X-USER-ID"])(
      "Caddy forwardauth_test.go: %s of a client is gone where the server does not set it, and where it does",
      async (name) => {
        let user: string | undefined;
        decides.answers((request, response) => {
          const isGood = request.headers.authorization?.startsWith("Bearer ");
          response.writeHead(isGood ? 200 : 401, { ...(user !== undefined && { "x-user-id": user }) }).end();
        });
        const client = await forwarding({ receive: ["x-user-id", "x-user-role"] });
        expect((await client.get("/", { [name]: "injected" })).status).toBe(401);
        for (const expected of [undefined, "service-user-42"]) {
          user = expected;
          await client.get("/", { authorization: "Bearer token123", [name]: "admin" });
          const { headers } = origin.last;
          const spelled = Object.entries(headers).filter(([field]) => /^x.user.id$/.test(field));
          expect(spelled).toEqual(expected === undefined ? [] : [["x-user-id", expected]]);
        }
      },
    );
  });

  describe("a name and a password", () => {
    const SHA = "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="; // password
    const APR1 = "$apr1$salt$Xxd1irWT9ycqoYxGFn4cb.";

    it("nginx auth_basic.t: the right one of each user lets in, another's does not, and nobody is not found out", async () => {
      const client = await site({ basic: { users: { sha: SHA, apr1: APR1 } } });
      const statusOf = async (text: string) => (await client.get("/", basic(text))).status;
      for (const user of ["sha", "apr1"]) {
        expect(await statusOf(`${user}:password`)).toBe(200);
        for (const wrong of ["123", "", "password ", "Password", "password\0", SHA, APR1])
          expect([wrong, await statusOf(`${user}:${wrong}`)]).toEqual([wrong, 401]);
      }
      for (const text of ["notfound:1", ":", "", "sha", ":password", "SHA:password", "constructor:password"])
        expect([text, await statusOf(text)]).toEqual([text, 401]);
    });

    it.each([
      "{SHA}Zm9vCg==",
      "{SHA}_____Mm5Pz8GgiULbPgzG37mj9g=",
      "$apr1$",
      "$1$",
      "{PLAIN}password",
      "password",
    ])("nginx auth_basic.t: %s is no hash: the file is refused, and no request", (hash) => {
      const file = {
        hosts: ["a.test"],
        auth: { basic: { users: { ann: hash } } },
        routes: [{ id: "a", respond: {} }],
      };
      expect(siteSchema.safeParse(file).success).toBe(false);
    });

    it("Traefik basic_auth_test.go: the origin gets the name from the edge, in one spelling, and no password", async () => {
      const client = await site({ basic: { users: { test: SHA } }, fields: { "x-webauth-user": "sub" } });
      await client.get("/", {
        ...basic("test:password"),
        "X-Webauth-User": "admin",
        "x_webauth-user": "admin",
      });
      const told = Object.entries(origin.last.headers).filter(([name]) => /auth/.test(name));
      expect(told).toEqual([["x-webauth-user", "test"]]);
    });
  });

  describe("a link", () => {
    it("nginx secure_link.t: with a code that is longer, shorter, padded, other or none opens nothing", async () => {
      const client = await site({ signed: {} });
      const made = signed(
        `http://${client.host}/test.html`,
        { header: [], for: "1d" },
        { env: { HEADGATE_SECRET: SECRET }, nowMs: Date.now() },
      );
      if (!made.ok) throw new Error(made.error);
      const { pathname, search } = new URL(String(made.value[0]));
      const statusOf = async (query: string) => (await client.get(pathname + query)).status;
      expect(await statusOf(search)).toBe(200);
      const [text = "", code = ""] = search.split(".");
      const wrong = [
        ...[
          `${search}QQ`,
          `${search}-TOOLONG`,
          `${search}==`,
          `${search}%3D`,
          search.slice(0, -1),
          `${text}.`,
          text,
          "",
        ],
        ...[
          `${text}.${code.toLowerCase()}`,
          `${text}.${code.replace(/.$/, code.endsWith("A") ? "E" : "A")}`,
          `${text}.${code}.${code}`,
        ],
        ...[`${search}&hg-signed=x`, `${search}&${search.slice(1)}x`, `?hg-signed=.${code}`],
      ];
      for (const query of wrong) expect([query, await statusOf(query)]).toEqual([query, 401]);
    });
  });
});
