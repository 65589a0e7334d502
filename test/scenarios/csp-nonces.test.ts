// Nonces of a Content-Security-Policy in the pages of an origin that knows nothing of them.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { describeInChromium, useChromium } from "../support/chromium.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

type RouteFile = SiteFile["routes"][number];
type Csp = Record<string, unknown>;

const nonceIn = (policy: string | null) => /'nonce-([^']*)'/.exec(policy ?? "")?.[1];

describe("a page under a policy with nonces", () => {
  const edge = useEdge({ HEADGATE_SECRET: "the secret of this test, long enough" });
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);
  const site = (csp: Csp = { nonce: "all" }, route: Partial<RouteFile> = {}) =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", csp } as SiteFile["security"],
      routes: [{ id: "all", cache: { ttl: "1h" }, to: "web", ...route } as RouteFile],
    });
  const pages = (body: string | Uint8Array, fields: Record<string, string> = {}) =>
    origin.answers(
      (_request, response) =>
        void response.writeHead(200, { "content-type": "text/html", ...fields }).end(body),
    );

  it("has the nonce of its policy on scripts and styles, and another one each time, also from the cache", async () => {
    const client = await site();
    pages(
      '<link rel=stylesheet href=a.css><link rel=icon href=a.ico><style>a{}</style><script src=a.js></script><SCRIPT nonce="old">1</SCRIPT>',
    );
    const seen = new Set<string>();
    for (let time = 0; time < 3; time++) {
      const answer = await client.get("/");
      const nonce = nonceIn(answer.header("content-security-policy")) ?? "";
      expect(nonce).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.text).toBe(
        `<link rel=stylesheet href=a.css nonce="${nonce}"><link rel=icon href=a.ico><style nonce="${nonce}">a{}</style>` +
          `<script src=a.js nonce="${nonce}"></script><SCRIPT nonce="${nonce}">1</SCRIPT>`,
      );
      expect(answer.header("x-request-id")).not.toContain(nonce);
      seen.add(nonce);
      await edge.settled();
    }
    expect(seen.size).toBe(3);
    expect(origin.seen).toHaveLength(1);
  });

  it("gives a nonce only to what is marked, if it is told so", async () => {
    const client = await site({ nonce: "marked" });
    pages('<script nonce>1</script><script>evil()</script><style nonce="">a{}</style>');
    const answer = await client.get("/");
    const nonce = nonceIn(answer.header("content-security-policy"));
    expect(answer.text).toBe(
      `<script nonce="${nonce}">1</script><script>evil()</script><style nonce="${nonce}">a{}</style>`,
    );
  });

  it("leaves what only looks like a script", async () => {
    const client = await site();
    const body = '<!-- <script> --><textarea><script></textarea><p title="<script>">&lt;script></p>';
    pages(body);
    expect((await client.get("/")).text).toBe(body);
  });

  it("answers a condition with 304 and no policy, so that the page keeps its nonces", async () => {
    const client = await site();
    pages("<script>1</script>", { etag: '"1"' });
    const first = await client.get("/");
    expect(first.header("etag")).toBe('W/"1"');
    await edge.settled();
    const again = await client.get("/", { "if-none-match": first.header("etag") ?? "" });
    expect([again.status, again.text]).toEqual([304, ""]);
    for (const name of ["content-security-policy", "content-security-policy-report-only"])
      expect(again.header(name)).toBeNull();
    expect(again.header("x-content-type-options")).toBe("nosniff");
  });

  it("is asked for in plain text, and without a nonce where it comes compressed all the same", async () => {
    const client = await site();
    pages(gzipSync("<script>1</script>"), { "content-encoding": "gzip" });
    const answer = await client.get("/", { "accept-encoding": "gzip" });
    expect(origin.last.headers["accept-encoding"]).toBe("identity");
    expect(answer.header("content-security-policy")).toContain("script-src 'self'; style-src 'self'");
    expect(answer.header("content-security-policy")).not.toContain("nonce");
  });

  it.each(["application/json", "text/plain", "image/svg+xml", "text/html; charset=utf-16le"])(
    "has none as %s",
    async (type) => {
      const client = await site();
      pages("<script>1</script>", { "content-type": type });
      const answer = await client.get("/");
      expect(answer.text).toBe("<script>1</script>");
      expect(answer.header("content-security-policy")).not.toContain("nonce");
    },
  );

  it("comes whole where a part was asked for", async () => {
    const client = await site();
    pages("<script>1</script>");
    const answer = await client.get("/", { range: "bytes=0-3" });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("<script nonce=");
  });

  it("takes no policy from the origin, and keeps the challenge's own", async () => {
    const client = await site({ nonce: "all" }, { challenge: { kind: "proof-of-work" } } as never);
    pages("<p>", { "content-security-policy": "script-src *" });
    const page = await client.get("/", { accept: "text/html", "sec-fetch-dest": "document" });
    expect(page.status).toBe(403);
    const nonce = nonceIn(page.header("content-security-policy"));
    expect(page.text).toContain(`nonce="${nonce}"`);
  });

  it("may be on trial", async () => {
    const client = await site({ nonce: "all", reportOnly: true });
    pages("<script>1</script>", { "content-security-policy": "default-src 'self'" });
    const answer = await client.get("/");
    expect(answer.header("content-security-policy")).toBe("default-src 'self'");
    expect(answer.text).toContain(`nonce="${nonceIn(answer.header("content-security-policy-report-only"))}"`);
  });

  it("says the same to HEAD, but for the nonce", async () => {
    const client = await site();
    pages("<script>1</script>", { etag: '"1"' });
    const [get, head] = [await client.get("/"), await client.ask("/", { method: "HEAD" })];
    expect(nonceIn(head.header("content-security-policy"))).toMatch(/^[0-9a-f]{32}$/);
    expect(head.header("etag")).toBe(get.header("etag"));
    expect(head.text).toBe("");
  });
});

describeInChromium("a page with inline scripts and styles under strict, in a real Chromium", () => {
  const edge = useEdge();
  const chromium = useChromium();
  const origin = useOrigin((request, response) => {
    if (request.url === "/app.js")
      return void response.writeHead(200, { "content-type": "text/javascript" }).end("window.loaded = true;");
    if (request.url === "/favicon.ico") return void response.writeHead(204).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      etag: '"page"',
      "cache-control": "max-age=0, s-maxage=600",
    });
    response.end(
      "<!doctype html><title>before</title><style>p{color:rgb(1, 2, 3)}</style><p>text</p>" +
        "<script src=/app.js></script><script>document.title = 'after';</script>",
    );
  }, edge);

  it("works without an error, fresh, from the cache, and after a reload that revalidates", async () => {
    await edge.site({
      hosts: ["localhost"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", csp: { nonce: "all" } },
      routes: [{ id: "all", to: "web" }],
    });
    const { page, errors } = await chromium.page();
    const url = `http://localhost:${new URL(edge.url).port}/`;
    const works = async () => {
      expect(await page.title()).toBe("after");
      expect(await page.evaluate("getComputedStyle(document.querySelector('p')).color")).toBe("rgb(1, 2, 3)");
      expect(await page.evaluate("window.loaded")).toBe(true);
      expect(errors).toEqual([]);
    };
    await page.goto(url);
    await works();
    await edge.settled();
    await page.reload();
    await works();
    const { records } = await edge.settled();
    expect(records.filter(({ path }) => path === "/").map(({ status }) => status)).toEqual([200, 304]);
    const other = await chromium.page();
    await other.page.goto(`${url}?`); // stored at the edge, and not in the browser
    expect(await other.page.title()).toBe("after");
    expect(other.errors).toEqual([]);
  });

  it("does not run what the policy forbids", async () => {
    await edge.site({
      hosts: ["forbidding.localhost"],
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      security: { preset: "strict", csp: { nonce: "marked" } },
      routes: [{ id: "all", cache: "off", to: "web" }],
    });
    const { page, errors } = await chromium.page();
    await page.goto(`http://forbidding.localhost:${new URL(edge.url).port}/forbidden`);
    expect(await page.title()).toBe("before");
    expect(errors.join()).toContain("Content Security Policy");
  });
});
