// What the security headers of a site come to, in the eyes of those who grade them and of those who look for what is behind the edge.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { useEdge } from "../support/edge.ts";
import { type Answers, graded, gradedByMdn } from "../support/observatory.ts";
import { useOrigin } from "../support/origin.ts";

/** The edge of the tests is reached by plain http, through a proxy that it trusts. */
const BY_HTTPS = { "x-forwarded-proto": "https" };

describe("the security headers of a site", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);
  const siteWith = (more: Partial<SiteFile>) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "rest", to: "web" }],
      trustedProxies: ["127.0.0.1"],
      ...more,
    });
  const page = (fields: Record<string, string | string[]> = {}) =>
    origin.answers(
      (_request, response) =>
        void response.writeHead(200, { "content-type": "text/html", ...fields }).end("<p>page</p>"),
    );

  const answersOf = async (client: Awaited<ReturnType<typeof siteWith>>): Promise<Answers> => ({
    host: client.host,
    page: await client.get("/", BY_HTTPS),
    overHttp: await client.get("/"),
  });

  it.each([
    ["strict", "strict", 125],
    ["strict with nonces", { preset: "strict", csp: { nonce: "all" } }, 125],
    [
      "strict without anything but itself",
      { preset: "strict", csp: { directives: { "default-src": ["'none'"], "img-src": ["'self'"] } } },
      130,
    ],
  ] as const)("get the top grade of the HTTP Observatory: %s", async (_name, security, score) => {
    const client = await siteWith({ security: security as SiteFile["security"], https: "redirect" });
    page({ server: "Apache/2", "x-powered-by": "PHP/8" });
    const answers = await answersOf(client);
    expect(graded(answers)).toMatchObject({ grade: "A+", score });
    const byMdn = await gradedByMdn(answers);
    if (byMdn) expect(byMdn).toMatchObject({ grade: "A+", score });
  });

  it("get it with cookies too, which lacked what they should have", async () => {
    const client = await siteWith({
      security: { preset: "strict", cookies: { httpOnly: true } },
      https: "redirect",
    });
    page({ "set-cookie": ["session=1; Path=/", "theme=dark"] });
    const answers = await answersOf(client);
    expect(answers.page.headers.getSetCookie()).toEqual([
      "session=1; Path=/; Secure; HttpOnly; SameSite=Lax",
      "theme=dark; Secure; HttpOnly; SameSite=Lax",
    ]);
    expect(graded(answers)).toMatchObject({ grade: "A+", score: 130 });
    const byMdn = await gradedByMdn(answers);
    if (byMdn) expect(byMdn).toMatchObject({ grade: "A+", score: 130 });
  });

  it("are not given away for nothing: basic has no such grade", async () => {
    const client = await siteWith({});
    page();
    expect(graded(await answersOf(client)).grade).toBe("B or worse");
  });

  it("leave the cookies of a basic site, and those that the site excepts", async () => {
    page({ "set-cookie": "a=1" });
    expect((await (await siteWith({})).get("/", BY_HTTPS)).cookies).toEqual(["a=1"]);
    const excepting = await siteWith({ security: { preset: "strict", cookies: { except: ["a"] } } });
    expect((await excepting.get("/", BY_HTTPS)).cookies).toEqual(["a=1"]);
  });

  describe("what the edge tells of itself", () => {
    const told = async (edgeFields: "full" | "brief" | "off") => {
      const client = await siteWith({ edgeFields, serverTiming: true });
      page({ via: "1.1 inner", "cache-status": "inner; hit", "x-request-id": "of the origin" });
      const answer = await client.get("/");
      return Object.fromEntries(
        ["via", "cache-status", "proxy-status", "x-request-id", "server-timing"].map((name) => [
          name,
          answer.header(name),
        ]),
      );
    };

    it("is brief by default, and names no origin", async () => {
      expect(await told("brief")).toEqual({
        via: "1.1 inner, 1.1 headgate",
        "cache-status": expect.stringMatching(/^inner; hit, headgate/),
        "proxy-status": null,
        "x-request-id": expect.stringMatching(/^[0-9a-f]{32}$/),
        "server-timing": expect.not.stringContaining('desc="a"'),
      });
    });

    it("may be nothing, nor does the origin tell of what is behind it", async () => {
      expect(await told("off")).toEqual({
        via: null,
        "cache-status": null,
        "proxy-status": null,
        "x-request-id": null,
        "server-timing": null,
      });
    });

    it("is nothing in refusals either, but for the id in the document", async () => {
      const client = await siteWith({
        edgeFields: "off",
        routes: [{ id: "one", match: { path: "/one" }, to: "web" }],
      });
      const answer = await client.get("/other");
      expect(answer.status).toBe(404);
      for (const name of ["via", "proxy-status", "x-request-id"]) expect(answer.header(name)).toBeNull();
      expect(answer.json().requestId).toMatch(/^[0-9a-f]{32}$/);
    });
  });

  describe("files about the site", () => {
    it("keep search engines out of a staging site", async () => {
      const client = await siteWith({ robots: "none" });
      page();
      const answer = await client.get("/robots.txt");
      expect([answer.status, answer.text]).toEqual([200, "User-agent: *\nDisallow: /\n"]);
      expect(origin.seen).toEqual([]);
      expect((await client.get("/page")).header("x-robots-tag")).toBe("noindex, nofollow");
      expect((await client.get("/robots.txt?x")).status).toBe(200);
    });

    it("say who wants to hear of vulnerabilities (RFC 9116)", async () => {
      const client = await siteWith({
        securityTxt: {
          contact: ["mailto:security@shop.test", "https://shop.test/security"],
          expires: "2027-06-30",
          preferredLanguages: ["en", "de"],
          policy: "https://shop.test/policy",
        },
        auth: {
          basic: { users: { a: "$2y$05$abcdefghijklmnopqrstuuEUIH9kDQxTTkMxdoJGGZyl9sKCLPrPe" } },
        } as never,
      });
      const answer = await client.get("/.well-known/security.txt");
      expect([answer.status, answer.header("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
      expect(answer.text).toBe(
        "Contact: mailto:security@shop.test\nContact: https://shop.test/security\nExpires: 2027-06-30T23:59:59Z\n" +
          "Policy: https://shop.test/policy\nPreferred-Languages: en, de\n",
      );
      expect((await client.get("/.well-known/other")).status).toBe(401);
    });

    it("are the origin's otherwise", async () => {
      const client = await siteWith({});
      page();
      expect((await client.get("/robots.txt")).text).toBe("<p>page</p>");
      expect((await client.get("/.well-known/security.txt")).text).toBe("<p>page</p>");
    });
  });
});
