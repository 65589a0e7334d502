// What clients see of errors. nginx-tests asks the same of error_page (error_page.t, proxy_intercept_errors.t), HAProxy of http-errors
// (reg-tests/http-errorfiles), Traefik of its errors middleware: the status stays, what the error says of itself stays, and a page that fails
// itself makes it no worse.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSites } from "../../cli/load-sites.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { describeInChromium, useChromium } from "../support/chromium.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const DEAD = "http://127.0.0.1:1";

describe("an error", () => {
  const edge = useEdge();
  const origin = useOrigin((_request, response) => void response.end("unset"), edge);
  const pages = useOrigin((_request, response) => void response.end("unset"), edge);
  const siteWith = (more: Partial<SiteFile>, url = origin.url) =>
    edge.site({
      pools: {
        web: { origins: [{ id: "a", url }], retry: { attempts: 1 } },
        pages: { origins: [{ id: "p", url: pages.url }] },
      },
      routes: [{ id: "all", match: { path: "/site/*" }, to: "web" }],
      ...more,
    });

  it("is a document for programs and a page for people, with reason and request id", async () => {
    const client = await siteWith({});
    const program = await client.get("/nowhere");
    expect([program.status, program.header("content-type"), program.header("vary")]).toEqual([
      404,
      "application/problem+json",
      "accept",
    ]);
    const person = await client.get("/nowhere", BROWSER);
    expect([person.status, person.header("content-type"), person.header("vary")]).toEqual([
      404,
      "text/html; charset=utf-8",
      "accept",
    ]);
    expect(person.text).toContain("no-route");
    expect(person.text).toContain(person.header("x-request-id"));
    expect(person.header("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(person.header("cache-control")).toBe("no-store");
    expect(person.text).not.toMatch(/headgate/i);
    const head = await client.ask("/nowhere", { method: "HEAD", headers: BROWSER });
    expect([head.status, head.text, head.header("content-type")]).toEqual([
      404,
      "",
      "text/html; charset=utf-8",
    ]);
  });

  it("of a host that is not here tells strangers nothing of the tools", async () => {
    const answer = await edge.client("nobody.test").get("/", BROWSER);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/headgate|push|sites\/|no-site/i);
    expect(answer.text).toContain(answer.header("x-request-id"));
    expect(JSON.stringify([...answer.headers])).not.toMatch(/headgate|proxy-status/i);
  });

  it.each([
    ["/%", 400, "bad-path-encoding"],
    ["/a/../..%2f", 400, "path-refused"],
    ["/a%2Fb", 400, "path-refused"],
    [`/${"a".repeat(9_000)}`, 414, "uri-too-long"],
  ])(
    "of a request that cannot be read is a page for people as well: %.12s",
    async (target, status, reason) => {
      const client = await siteWith({});
      const person = await client.get(target, BROWSER);
      expect([person.status, person.header("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
      expect(person.text).toContain(`<dd>${reason}</dd>`);
      const program = await client.get(target);
      expect([program.status, program.json().type]).toEqual([status, `urn:headgate:${reason}`]);
      const { records } = await edge.settled();
      expect(records.at(-1)).toMatchObject({ host: client.host, site: client.host, refusal: reason });

      const own = await siteWith({
        errors: { pages: { "4xx": { body: "ours: ${reason}" } } },
        headers: { response: { set: { "x-site": "${host}" } } },
        security: "strict",
      });
      const answer = await own.get(target, BROWSER);
      expect([answer.status, answer.text]).toEqual([status, `ours: ${reason}`]);
      expect(answer.header("x-site")).toBe(own.host);
      expect(answer.header("content-security-policy")).toContain("default-src");

      const hidden = await siteWith({ edgeFields: "off" });
      const untold = await hidden.get(target);
      expect([untold.status, untold.json().type]).toEqual([status, "about:blank"]);
      expect(JSON.stringify([...untold.headers])).not.toMatch(/headgate|proxy-status|x-request-id/i);
    },
  );

  it("shows whatever is in the request as text", async () => {
    const client = await siteWith({});
    for (const target of ["/%3Cscript%3Ealert(1)%3C/script%3E", "/?<script>", "/%", "/a%zz<b>"]) {
      const answer = await client.get(target, BROWSER);
      expect(answer.text).not.toMatch(/<script|<b>/);
    }
  });

  it("has the page of the site, by status and class, also where no origin answers", async () => {
    const client = await siteWith(
      {
        errors: {
          pages: {
            404: { body: "<h1>${status}: ${reason}</h1>" },
            "5xx": { body: "<h1>Sorry ${request.id}</h1>" },
          },
        },
      },
      DEAD,
    );
    const none = await client.get("/nowhere", { accept: "application/json" });
    expect([none.status, none.text, none.header("content-type")]).toEqual([
      404,
      "<h1>404: no-route</h1>",
      "text/html; charset=utf-8",
    ]);
    const dead = await client.get("/site/a");
    expect([dead.status, dead.text]).toEqual([502, `<h1>Sorry ${dead.header("x-request-id")}</h1>`]);
    expect(dead.header("cache-control")).toBe("no-store");
    expect((await edge.record("/site/a"))?.refusal).toBe("origin-unreachable");
  });

  it("of an origin stays as it is, unless the site says so", async () => {
    origin.answers(
      (_request, response) =>
        void response.writeHead(500, { "x-own": "1", "set-cookie": "a=1" }).end("the origin's"),
    );
    const errors = { pages: { "5xx": { body: "ours" } } };
    const left = await siteWith({ errors });
    expect((await left.get("/site/a")).text).toBe("the origin's");
    const replaced = await siteWith({ errors: { ...errors, of: "all" } });
    const answer = await replaced.get("/site/a");
    expect([answer.status, answer.text, answer.header("x-own"), answer.cookies]).toEqual([
      500,
      "ours",
      null,
      ["a=1"],
    ]);
  });

  it("keeps what a client needs to do better", async () => {
    const errors = { of: "all", pages: { "4xx": { body: "ours" }, "5xx": { body: "ours" } } } as const;
    const client = await siteWith({ errors, methods: ["GET"] });
    const method = await client.ask("/site/a", { method: "DELETE" });
    expect([method.status, method.text, method.header("allow")]).toEqual([
      405,
      "ours",
      expect.stringContaining("GET"),
    ]);
    origin.answers((_request, response) => void response.writeHead(503, { "retry-after": "7" }).end());
    const busy = await client.get("/site/a");
    expect([busy.status, busy.text, busy.header("retry-after")]).toEqual([503, "ours", "7"]);
    origin.answers(
      (_request, response) => void response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end(),
    );
    const unknown = await client.get("/site/b");
    expect([unknown.status, unknown.text, unknown.header("www-authenticate")]).toEqual([
      401,
      "ours",
      'Basic realm="x"',
    ]);
    const required = {
      "content-range": "bytes */5",
      accept: "text/csv",
      "accept-patch": "text/csv",
      "accept-post": "text/csv",
      "accept-encoding": "gzip",
      "retry-after": "9",
    };
    origin.answers((_request, response) => void response.writeHead(415, required).end());
    const other = await client.get("/site/b");
    expect([other.status, other.text]).toEqual([415, "ours"]);
    for (const [name, value] of Object.entries(required)) expect(other.header(name), name).toBe(value);
  });

  it("tells a client what an origin asks of the edge as little with a page as without", async () => {
    const asks = { upgrade: "TLS/1.3", connection: "upgrade", "proxy-authenticate": "Basic" };
    for (const status of [407, 426]) {
      origin.answers((_request, response) => void response.writeHead(status, asks).end("the origin's"));
      for (const errors of [undefined, { of: "all", pages: { "4xx": { body: "ours" } } } as const]) {
        const answer = await (await siteWith({ ...(errors && { errors }) })).get("/site/a");
        expect([answer.status, answer.text]).toEqual([status, errors ? "ours" : "the origin's"]);
        for (const name of ["upgrade", "proxy-authenticate"]) expect(answer.header(name), name).toBeNull();
      }
    }
  });

  describe("with a page of a pool", () => {
    const errors = {
      of: "all",
      pages: { "5xx": { pool: "pages", path: "/sorry.html" }, "4xx": { pool: "pages", path: "/4.html" } },
    } as const;

    it("shows it with the status of the error, and asks for it without anything of the client", async () => {
      const client = await siteWith({ errors }, DEAD);
      pages.answers(
        (_request, response) =>
          void response
            .writeHead(200, {
              etag: '"1"',
              "cache-control": "max-age=600",
              "content-type": "text/html",
              "set-cookie": "p=1",
            })
            .end("<h1>Sorry</h1>"),
      );
      const answer = await client.get("/site/a?secret=1", {
        cookie: "session=1",
        authorization: "Basic x",
        range: "bytes=0-1",
      });
      expect([
        answer.status,
        answer.text,
        answer.header("etag"),
        answer.header("cache-control"),
        answer.cookies,
      ]).toEqual([502, "<h1>Sorry</h1>", null, "no-store", []]);
      expect([pages.last.method, pages.last.url]).toEqual(["GET", "/sorry.html"]);
      for (const name of ["cookie", "authorization", "range"])
        expect(pages.last.headers).not.toHaveProperty(name);
    });

    it("takes over nothing else that the pool says of its page, above all no leave to store it", async () => {
      const client = await siteWith({ errors }, DEAD);
      const said = {
        "content-type": "text/html; charset=utf-8",
        "content-language": "de",
        "content-security-policy": "default-src 'none'",
        "x-frame-options": "DENY",
      };
      const notSaid = {
        "cdn-cache-control": "max-age=600", // RFC 9213 §2.2: outranks no-store
        "headgate-cdn-cache-control": "max-age=600",
        "cloudflare-cdn-cache-control": "max-age=600",
        "surrogate-control": "max-age=600",
        "x-accel-expires": "600",
        expires: new Date(edge.now + 600_000).toUTCString(),
        "cache-tag": "pages",
        "no-vary-search": "params",
        "content-location": "/sorry.html",
        refresh: "0; url=https://elsewhere.test/",
        "clear-site-data": '"*"',
        link: "</a.css>; rel=preload",
        "www-authenticate": "Basic",
        "access-control-allow-origin": "*",
        "service-worker-allowed": "/",
        "x-powered-by": "pages",
      };
      pages.answers((_request, response) => void response.writeHead(200, { ...said, ...notSaid }).end("x"));
      const answer = await client.get("/site/a");
      expect([answer.status, answer.text]).toEqual([502, "x"]);
      for (const [name, value] of Object.entries(said)) expect(answer.header(name), name).toBe(value);
      for (const name of Object.keys(notSaid)) expect(answer.header(name), name).toBeNull();
      expect(answer.header("cache-control")).toBe("no-store");
    });

    it("keeps the length of a page, and answers HEAD as GET", async () => {
      const client = await siteWith({ errors }, DEAD);
      pages.answers(
        (_request, response) => void response.writeHead(200, { "content-length": 5 }).end("sorry"),
      );
      for (const method of ["GET", "HEAD"]) {
        const answer = await client.ask("/site/a", { method });
        expect([answer.status, answer.header("content-length")], method).toEqual([502, "5"]);
      }
    });

    it("shows the error itself if the page fails", async () => {
      const client = await siteWith({ errors }, DEAD);
      for (const status of [404, 500, 302]) {
        pages.answers(
          (_request, response) => void response.writeHead(status, { location: "/x" }).end("no page"),
        );
        const answer = await client.get("/site/a");
        expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
      }
      pages.answers((request) => void request.socket.destroy());
      expect((await client.get("/site/a")).status).toBe(502);
    });
  });

  it("leaves a fixed answer of a route, and an upgrade, alone", async () => {
    const client = await siteWith({
      errors: { of: "all", pages: { "4xx": { body: "ours" } } },
      routes: [{ id: "gone", match: { path: "/gone" }, respond: { status: 410, body: "gone" } }],
    });
    expect((await client.get("/gone")).text).toBe("gone");
    const upgrade = await client.get("/nowhere", { upgrade: "websocket" }).catch(() => undefined);
    if (upgrade) expect(upgrade.text).not.toBe("ours");
  });

  it("is never stored as the page", async () => {
    const client = await siteWith({ errors: { of: "all", pages: { "5xx": { body: "ours" } } } });
    origin.answers(
      (_request, response) => void response.writeHead(500, { "cache-control": "max-age=600" }).end("broken"),
    );
    expect((await client.get("/site/c")).text).toBe("ours");
    await edge.settled();
    await edge.advance(601_000);
    origin.answers((_request, response) => void response.end("well"));
    expect((await client.get("/site/c")).text).toBe("well");
  });
});

describe("a page in a file beside the site file", () => {
  const load = async (files: Record<string, string>, prepare: (folder: string) => void = () => {}) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "headgate-pages-"));
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
      prepare(folder);
      const loaded = await loadSites([path.join(folder, "site.yaml")]);
      if (!loaded.ok) throw new Error(loaded.error);
      return loaded.value;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const site = (file: string) =>
    `hosts: [shop.test]\nerrors: { pages: { 404: { file: "${file}" } } }\nroutes: [{ id: all, respond: {} }]\n`;

  it("is part of the site, and a change of it is another version", async () => {
    const first = await load({ "site.yaml": site("404.html"), "404.html": "<h1>one</h1>" });
    const second = await load({ "site.yaml": site("404.html"), "404.html": "<h1>two</h1>" });
    expect(first.problems).toEqual([]);
    expect(first.sites[0]?.stored).toContain("<h1>one</h1>");
    expect(first.sites[0]?.version).not.toBe(second.sites[0]?.version);
  });

  it.each([
    ["404.html", "is not there: 404.html, beside the site file"],
    ["../secret.html", "is not the name of a file beside the site file"],
    ["/etc/passwd", "is not the name of a file beside the site file"],
    ["sub/404.html", "is not the name of a file beside the site file"],
    [".env", "is not the name of a file beside the site file"],
    ["linked.html", "leads out of the folder of the site file"],
    ["folder.html", "is no file"],
  ])("is not %s", async (name, message) => {
    const { problems, sites } = await load({ "site.yaml": site(name) }, (folder) => {
      symlinkSync("/etc/hostname", path.join(folder, "linked.html"));
      symlinkSync(folder, path.join(folder, "folder.html"));
    });
    expect(sites).toEqual([]);
    expect(problems.map((problem) => problem.message).join()).toMatch(
      name === "folder.html" ? /is no file|leads out/ : new RegExp(message.replaceAll(".", "\\.")),
    );
    expect(problems[0]?.line).toBe(2);
  });
});

describeInChromium("the page of an error, in a real Chromium", () => {
  const edge = useEdge();
  const chromium = useChromium();

  it("needs nothing that its policy forbids", async () => {
    await edge.site({
      hosts: ["localhost"],
      security: "strict",
      routes: [{ id: "one", match: { path: "/one" }, respond: {} }],
    });
    const { page, errors } = await chromium.page();
    await page.goto(`http://localhost:${new URL(edge.url).port}/nowhere`);
    expect(await page.title()).toBe("There is nothing here");
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius")).toBe("14px");
    expect(errors.filter((error) => !/404|favicon/.test(error))).toEqual([]);
  });

  it.each(["light", "dark"])(
    "fits a narrow screen with a long name, and can be read in %s",
    async (scheme) => {
      const { page } = await chromium.page();
      await page.setViewport({ width: 320, height: 560 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      const host = [1, 2, 3].map((n) => `${n}`.padEnd(60, "x")).join(".");
      await page.goto(`http://${host}.localhost:${new URL(edge.url).port}/`);
      expect(await page.evaluate("document.body.innerText")).toContain(host);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
      const colours = await page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('main')).backgroundColor]",
      );
      const [text = 0, card = 0] = (colours as string[]).map((colour) => Number(/\d+/.exec(colour)?.[0]));
      expect(Math.abs(text - card)).toBeGreaterThan(150);
      expect(card > 128).toBe(scheme === "light");
      await page.close();
    },
  );
});
