// What other proxies' own tests ask of pages in place of errors: nginx's error_page, HAProxy's errorfiles, Traefik's errors middleware,
// Varnish's vcl_synth and Caddy's handle_errors.
import { expect } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { foreign } from "../support/foreign.ts";
import { useOrigin } from "../support/origin.ts";

const { edge, origin, holds, converse } = foreign("error-pages");
const pages = useOrigin((_request, response) => void response.end("My error page."), edge);

type Errors = SiteFile["errors"];

const NO_ORIGIN = "http://127.0.0.1:1";
const text = (body: string) => ({ body, type: "text/plain" });

const siteWith = (errors: Errors, more: Partial<SiteFile> = {}, url = origin.url) =>
  edge.site({
    pools: {
      web: { origins: [{ id: "a", url }], retry: { attempts: 1 } },
      pages: { origins: [{ id: "p", url: pages.url }] },
    },
    routes: [{ id: "all", to: "web" }],
    ...(errors && { errors }),
    ...more,
  });

const answers = (status: number, fields: Record<string, string> = {}) =>
  origin.answers(
    (_request, response) => void response.writeHead(status, fields).end(status === 304 ? "" : "its own"),
  );

holds(
  "proxy_intercept_errors.t",
  "an error of an origin is replaced, and another status is not",
  async () => {
    const client = await siteWith({
      of: "all",
      pages: { 401: text("intercepted"), 500: text("intercepted") },
    });
    answers(500);
    expect((await client.get("/a")).text).toBe("intercepted");
    answers(503);
    expect((await client.get("/b")).text).toBe("its own");
  },
);

holds("proxy_intercept_errors.t", "a challenge of the origin stays with the page", async () => {
  const client = await siteWith({ of: "all", pages: { 401: text("intercepted") } });
  answers(401, { "www-authenticate": 'Basic realm="x"' });
  const answer = await client.get("/a");
  expect([answer.status, answer.text, answer.header("www-authenticate")]).toEqual([
    401,
    "intercepted",
    'Basic realm="x"',
  ]);
});

holds(
  "http-errorfiles/errorfiles.vtc",
  "the page of a part of the site comes before that of the whole",
  async () => {
    const client = await siteWith(
      { pages: { 400: text("default"), 403: text("default") } },
      {
        routes: [
          { id: "one", match: { path: "/one" }, errors: { pages: { 403: text("errors-1") } }, to: "web" },
          { id: "rest", to: "web" },
        ],
        access: { deny: { header: { "x-deny": true } } },
      },
    );
    const shown = async (path: string, fields: Record<string, string>) => {
      const { status, text: body } = await client.get(path, fields);
      return [status, body];
    };
    expect(await shown("/one", { "x-deny": "1" })).toEqual([403, "errors-1"]);
    expect(await shown("/two", { "x-deny": "1" })).toEqual([403, "default"]);
    expect(await shown("/a%2Fb", {})).toEqual([400, "default"]);
  },
);

holds("http-errorfiles/http_errors.vtc", "a status without a page has that of the proxy itself", async () => {
  const client = await siteWith({ pages: { 403: text("errors-1") } }, {}, NO_ORIGIN);
  const answer = await client.get("/a");
  expect([answer.status, answer.json().title]).toEqual([502, "origin-unreachable"]);
});

holds("http-errorfiles/http-error.vtc", "a page has the type that it is given", async () => {
  const client = await siteWith(
    { pages: { "5xx": { body: '{"status":${status}}', type: "application/json" } } },
    {},
    NO_ORIGIN,
  );
  const answer = await client.get("/a");
  expect([answer.header("content-type"), answer.json()]).toEqual(["application/json", { status: 502 }]);
});

holds("middlewares/customerrors/custom_errors_test.go", "what is no error is left alone", async () => {
  const client = await siteWith({ of: "all", pages: { "4xx": text("ours"), "5xx": text("ours") } });
  for (const status of [200, 206, 304]) {
    answers(status, status === 206 ? { "content-range": "bytes 0-6/9" } : { etag: '"1"' });
    const fields = status === 206 ? { range: "bytes=0-6" } : status === 304 ? { "if-none-match": '"1"' } : {};
    const answer = await client.get(`/${status}`, fields as Record<string, string>);
    expect([answer.status, answer.text]).toEqual([status, status === 304 ? "" : "its own"]);
  }
});

holds(
  "middlewares/customerrors/custom_errors_test.go",
  "a page of a service has the status of the error",
  async () => {
    const client = await siteWith({ of: "all", pages: { 503: { pool: "pages", path: "/test" } } });
    answers(503);
    const answer = await client.get("/a?secret");
    expect([answer.status, answer.text, pages.last.url]).toEqual([503, "My error page.", "/test"]);
    answers(502);
    expect((await client.get("/b")).text).toBe("its own");
  },
);

holds(
  "r01577.vtc",
  "the body of a request that the edge answers itself is not taken for the next request",
  async () => {
    const client = await siteWith(
      { pages: { 404: text("ours") } },
      {
        routes: [{ id: "one", match: { path: "/one" }, to: "web" }],
      },
    );
    answers(200);
    const body = "GET /one HTTP/1.1\r\nHost: x\r\n\r\n";
    const { host } = client;
    const asker = converse();
    await asker.say(
      `POST /nowhere HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
        `GET /one?second HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    const first = await asker.hear();
    const second = await asker.hear();
    expect([first.status, first.body, second.status, second.body]).toEqual([404, "ours", 200, "its own"]);
    expect(origin.seen.map(({ url }) => url)).toEqual(["/one?second"]);
    asker.hangUp();
  },
);

holds(
  "caddyfile_adapt/error_range_codes.caddyfiletest",
  "a page may be for a class, and one for a status comes first",
  async () => {
    const client = await siteWith({
      of: "all",
      pages: { "5xx": text("500 to 599"), 410: text("gone"), 502: text("bad gateway") },
    });
    for (const [status, expected] of [
      [500, "500 to 599"],
      [599, "500 to 599"],
      [410, "gone"],
      [404, "its own"],
      [502, "bad gateway"],
    ] as const) {
      answers(status);
      const answer = await client.get(`/${status}`);
      expect([answer.status, answer.text]).toEqual([status, expected]);
    }
  },
);
