// A challenge over the live edge: what browsers, programs, the cache and the origin see of it.
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { afterBody, replies, useOrigin } from "../support/origin.ts";
import { solved } from "../support/solved.ts";

const BROWSER = { accept: "text/html", "sec-fetch-dest": "document" };

describe("a challenge over the live edge", () => {
  const edge = useEdge({
    HEADGATE_SECRET: "a secret of the edge, long enough to be one",
    HEADGATE_SECRET_TURNSTILE: "the key of the widget",
  });
  const without = useEdge();
  const origin = useOrigin(replies(["hello"], { "cache-control": "public, max-age=60" }), edge);
  const verifier = useOrigin(
    afterBody((_request, response, { url, body }) => {
      verified.push([url, body]);
      const success = new URLSearchParams(body).get("response") === "good";
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ success }));
    }),
    edge,
  );
  const verified: [url: string, form: string][] = [];
  let sites = 0;
  const siteWith = (file: Partial<SiteFile>, at = edge): Promise<EdgeClient> =>
    at.site({
      hosts: [`challenge-${++sites}.test`],
      security: "strict",
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
      ...file,
    });
  const challenge = { difficulty: 6, open: { path: "/feed.xml" } };

  it("shows a browser a page that no cache may keep, and asks no origin", async () => {
    const client = await siteWith({ challenge });
    const page = await client.get("/a", BROWSER);
    expect([page.status, page.header("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(page.header("cache-control")).toBe("no-store");
    expect(page.header("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'nonce-[0-9a-f]{32}'/,
    );
    expect(origin.seen).toHaveLength(0);
  });

  it("lets it in with the solution, which neither the origin nor the cache sees", async () => {
    const client = await siteWith({ challenge });
    const cookie = solved(await client.get("/a", BROWSER));
    expect((await client.get("/a", { ...BROWSER, cookie: `${cookie}; theme=dark` })).text).toBe("hello");
    expect(origin.last.headers.cookie).toBe("theme=dark");
    const other = solved(await client.get("/a", BROWSER));
    const second = await client.get("/a", { ...BROWSER, cookie: other });
    expect(second.header("cache-status")).toMatch(/hit|collapsed/);
    // Whoever has not passed must not get it from a cache further out.
    expect(second.header("cache-control")).toBe("max-age=60, private");
  });

  it("gives what is stored to nobody who has not passed", async () => {
    const client = await siteWith({ challenge });
    const cookie = solved(await client.get("/a", BROWSER));
    await client.get("/a", { ...BROWSER, cookie });
    for (const [method, headers] of [
      ["GET", {}],
      ["HEAD", {}],
      ["GET", { range: "bytes=0-1" }],
      ["GET", { "if-none-match": "*" }],
      ["GET", { "cache-control": "only-if-cached" }],
      ["GET", { cookie: "hg-challenge=1" }],
      ["POST", {}],
      ["OPTIONS", {}],
    ] as const) {
      const answer = await client.ask("/a", { method, headers });
      expect([method, headers, answer.status, answer.text.includes("hello")]).toEqual([
        method,
        headers,
        403,
        false,
      ]);
    }
  });

  it("tells programs the reason", async () => {
    const client = await siteWith({ challenge });
    const answer = await client.get("/api", { accept: "application/json" });
    expect([answer.status, answer.json().title]).toEqual([403, "challenge-required"]);
  });

  it("stands in nobody's way where the site is open, and on a route without it", async () => {
    const client = await siteWith({
      challenge,
      routes: [
        { id: "hook", match: { path: "/hook" }, challenge: "off", respond: { status: 204 } },
        { id: "all", to: "web" },
      ],
    });
    expect((await client.get("/feed.xml")).text).toBe("hello");
    expect((await client.get("/hook")).status).toBe(204);
    expect((await client.get("/other")).status).toBe(403);
  });

  // The spellings by which a path could be made to look open, or to look like another route's.
  it.each([
    "/feed.xml/../a",
    "//a",
    "/%61",
    "/feed.xml%2f..%2fa",
    "/a;/feed.xml",
    "/feed.xml%00",
    "/hook/../a",
    "/A",
  ])("is not passed by spelling a path as %s", async (path) => {
    const client = await siteWith({ challenge });
    const { status, text } = await client.get(path);
    expect([400, 403]).toContain(status);
    expect(text).not.toContain("hello");
  });

  it("keeps redirects and fixed answers of the edge too", async () => {
    const client = await siteWith({
      challenge,
      routes: [
        { id: "moved", match: { path: "/old" }, redirect: { to: "/new" } },
        { id: "told", respond: { body: "told" } },
      ],
    });
    expect((await client.get("/old")).status).toBe(403);
    expect((await client.get("/new")).text).not.toContain("told");
  });

  it("is not changed by what the site edits", async () => {
    const client = await siteWith({
      challenge,
      headers: {
        response: { set: { "content-security-policy": "default-src 'self'", "cache-control": "max-age=9" } },
      },
    });
    const page = await client.get("/", BROWSER);
    expect(page.header("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(page.header("cache-control")).toBe("no-store");
  });

  it("lets nobody in at an edge without a secret, and says so", async () => {
    const client = await siteWith({ challenge }, without);
    const answer = await client.get("/", BROWSER);
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("challenge-unavailable")]);
    const { warnings } = await without.control({});
    expect(warnings.map(({ message }) => message)).toContain(
      "HEADGATE_SECRET is not set, so nobody can pass a challenge",
    );
  });

  it("lets a widget judge, and gives its token to nobody but who verifies it", async () => {
    const widget = { kind: "turnstile", siteKey: "0x4A", secret: "${secret:TURNSTILE}" } as const;
    const client = await siteWith({ challenge: { ...widget, verify: `${verifier.url}/siteverify` } });
    const page = await client.get("/w", BROWSER);
    expect([
      page.status,
      page.text.includes("turnstile/v0/api.js"),
      page.text.includes("the key of"),
    ]).toEqual([403, true, false]);
    const wrong = await client.get("/w", { ...BROWSER, cookie: "hg-token=bad" });
    expect([wrong.status, wrong.cookies]).toEqual([
      403,
      ["hg-token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"],
    ]);

    const good = await client.get("/w", { ...BROWSER, cookie: "hg-token=good; theme=dark" });
    expect([good.status, good.text]).toEqual([200, "hello"]);
    expect(origin.last.headers.cookie).toBe("theme=dark");
    expect(verified).toEqual([
      ["/siteverify", "secret=the+key+of+the+widget&response=bad&remoteip=127.0.0.1"],
      ["/siteverify", "secret=the+key+of+the+widget&response=good&remoteip=127.0.0.1"],
    ]);
    const [passed = ""] = good.cookies.map((cookie) => cookie.split(";")[0] ?? "");
    const again = await client.get("/w", { ...BROWSER, cookie: passed });
    expect([again.status, again.cookies]).toEqual([200, []]);
    expect(again.header("cache-status")).toMatch(/hit|collapsed/); // what was stored had no cookie of the first
    expect((await client.get("/w", BROWSER)).status).toBe(403);
    expect(verified).toHaveLength(2);
  });
});
