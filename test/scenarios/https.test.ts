// Plain http is redirected, and browsers are told to use https only over https (RFC 6797 §7.2), whatever answers.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const HSTS = "strict-transport-security";
/** The edge of the tests is reached by plain http, through a proxy that it trusts. */
const BY_HTTPS = { "x-forwarded-proto": "https" };
const trustedProxies = ["127.0.0.1"];

describe("https", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  const web = { origins: [{ id: "a", url: "" }] };
  const siteWith = (route: object, more: Partial<SiteFile> = {}) =>
    edge.site({
      pools: { web: { ...web, origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web", ...route } as SiteFile["routes"][number]],
      trustedProxies,
      ...more,
    });

  it("redirects what came by plain http, and asks the origin for the rest", async () => {
    origin.answers((_request, response) => void response.end("page"));
    const client = await siteWith({}, { https: "redirect" });
    const moved = await client.get("/a/../b?c=1");
    expect([moved.status, moved.header("location")]).toEqual([
      308,
      expect.stringMatching(/^https:\/\/site-\d+\.test\/b\?c=1$/),
    ]);
    expect(origin.seen).toEqual([]);
    expect((await client.get("/b", BY_HTTPS)).text).toBe("page");
    expect((await client.get("/.well-known/acme-challenge/token")).text).toBe("page");
  });

  describe("behind a proxy that writes another Host", () => {
    let sites = 0;
    /** `inside`: what the proxy writes into Host. Each site has one of its own. */
    const locationFrom = async (
      route: object,
      forwarded: Record<string, string>,
      more: Partial<SiteFile>,
    ) => {
      const inside = `inside-${++sites}.test`;
      const client = await siteWith(route, {
        ...more,
        hosts: [inside, ...(more.hosts ?? ["shop.test", "*.shop.test"])],
      });
      return (await client.get("/a", forwarded)).header("location")?.replace(inside, "inside.test");
    };
    const redirectOf = async (forwarded: Record<string, string>, more: Partial<SiteFile> = {}) => {
      const byRule = await locationFrom({}, forwarded, { https: "redirect", ...more });
      expect(await locationFrom({ redirect: { scheme: "https" }, to: undefined }, forwarded, more)).toBe(
        byRule,
      );
      return byRule;
    };

    it.each<[what: string, forwarded: Record<string, string>, location: string]>([
      ["the public host, if the site has it", { "x-forwarded-host": "shop.test" }, "https://shop.test/a"],
      ["without its port", { "x-forwarded-host": "shop.test:8080" }, "https://shop.test/a"],
      ["also by a wildcard", { "x-forwarded-host": "www.shop.test" }, "https://www.shop.test/a"],
      ["also as Forwarded has it", { forwarded: "for=192.0.2.1;host=shop.test" }, "https://shop.test/a"],
      ["Host, if the site has no such host", { "x-forwarded-host": "evil.test" }, "https://inside.test/a"],
      ["Host, if it is no host", { "x-forwarded-host": "shop.test/@evil.test" }, "https://inside.test/a"],
      ["Host, if nothing else is told", {}, "https://inside.test/a"],
    ])("names %s", async (_what, forwarded, location) => {
      expect(await redirectOf(forwarded)).toBe(location);
    });

    it("names Host where the proxy is not trusted", async () => {
      expect(await redirectOf({ "x-forwarded-host": "shop.test" }, { trustedProxies: [] })).toBe(
        "https://inside.test/a",
      );
    });

    it("names what the proxy says where the site takes every host", async () => {
      expect(await redirectOf({ "x-forwarded-host": "any.test" }, { hosts: ["*"] })).toBe(
        "https://any.test/a",
      );
    });
  });

  it("answers a POST before its body is sent", async () => {
    const client = await siteWith({}, { https: "redirect" });
    const answer = await client.ask("/form", { method: "POST", body: "a=1" });
    expect(answer.status).toBe(308);
    expect(origin.seen).toEqual([]);
  });

  const refusing = { respond: { status: 403 }, to: undefined };
  const WAYS: readonly [what: string, route: object, path: string, status: number][] = [
    ["an answer of the origin", {}, "/page", 200],
    ["a stored answer", {}, "/page", 200],
    ["a redirect of the origin", {}, "/moved", 302],
    ["an error of the origin", {}, "/error", 500],
    ["a refusal of the edge", { methods: ["POST"] }, "/page", 405],
    ["a reserved path", {}, "/.headgate/x", 404],
    ["a fixed response", refusing, "/page", 403],
    ["a redirect of the edge", { to: undefined, redirect: { to: "/x" } }, "/page", 302],
    ["a failure", {}, "/broken", 502],
  ];
  for (const [what, route, path, status] of WAYS) {
    it(`tells HSTS by https, and never by http: ${what}`, async () => {
      origin.answers((request, response) => {
        if (request.url === "/broken") return void response.destroy();
        const code = { "/moved": 302, "/error": 500 }[request.url ?? ""] ?? 200;
        response.writeHead(code, { [HSTS]: "max-age=1", "cache-control": "max-age=60", location: "/x" });
        return void response.end("page");
      });
      const client = await siteWith(route, { security: "strict" });
      for (const [headers, expected] of [
        [{}, null],
        [BY_HTTPS, "max-age=63072000; includeSubDomains"],
        [{}, null],
        [{ "x-forwarded-proto": "http" }, null],
      ] as const) {
        const answer = await client.get(path, headers);
        expect([answer.status, answer.header(HSTS)]).toEqual([status, expected]);
        await edge.settled();
      }
    });
  }

  it("removes that of an origin on http, also from what a 304 brings", async () => {
    origin.answers((request, response) => {
      const fields = { [HSTS]: "max-age=1", etag: '"1"', "cache-control": "max-age=60" };
      if (request.headers["if-none-match"]) return void response.writeHead(304, fields).end();
      return void response.writeHead(200, fields).end("page");
    });
    const client = await siteWith({}, { security: "off" });
    expect((await client.get("/page")).header(HSTS)).toBeNull();
    await edge.settled();
    expect((await client.get("/page", { "cache-control": "no-cache" })).header(HSTS)).toBeNull();
    await edge.settled();
    expect((await client.get("/page")).header(HSTS)).toBeNull();
    expect((await client.get("/page", BY_HTTPS)).header(HSTS)).toBe("max-age=1");
  });

  it("removes that of a page in place of a refusal", async () => {
    const headers = { [HSTS]: "max-age=1" };
    const client = await edge.site({
      pools: {
        web: {
          origins: [{ id: "a", url: "http://127.0.0.1:1" }],
          sorry: { respond: { headers, body: "sorry" } },
        },
      },
      routes: [{ id: "rest", to: "web" }],
      security: "off",
      trustedProxies,
    });
    const plain = await client.get("/");
    expect([plain.text, plain.header(HSTS)]).toEqual(["sorry", null]);
    expect((await client.get("/", BY_HTTPS)).header(HSTS)).toBe("max-age=1");
  });
});
