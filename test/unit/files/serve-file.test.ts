// A folder as an origin. What nginx (nginx-tests: range.t, not_modified.t), Caddy (fileserver: precompressed_test.go, staticfiles_hide_test.go) and npm
// send (test/send.js) ask of theirs is asked here too, in our words. A range that cannot be read gets the whole, as RFC 9110 §14.2 allows; nginx says 416.
import { describe, expect, it } from "vitest";
import type { FilesConfig } from "../../../shared/site/files-schema.ts";
import { compileFiles } from "../../../worker/files/files-rules.ts";
import { serveFile } from "../../../worker/files/flow/serve-file.ts";
import { FolderShelf } from "../../../worker/files/folder-shelf.ts";
import { filesIn } from "../../support/no-files.ts";

const OLD = "Sun, 01 Nov 2026 10:00:00 GMT";
const NEW = "Mon, 02 Nov 2026 10:00:00 GMT";

const FILES = {
  "shop/index.html": { text: "home", lastModified: OLD },
  "shop/docs/index.html": { text: "docs" },
  "shop/about.html": { text: "about" },
  "shop/404.html": { text: "not here" },
  "shop/app.js": { text: "0123456789", etag: '"app"', lastModified: OLD },
  "shop/app.js.br": { text: "brotli", etag: '"app-br"', lastModified: OLD },
  "shop/app.js.gz": { text: "gzip!", etag: '"app-gz"', lastModified: NEW },
  "shop/stale.css": { text: "new text", lastModified: NEW },
  "shop/stale.css.gz": { text: "old text", lastModified: OLD },
  "shop/photo.png": { text: "png" },
  "shop/photo.png.gz": { text: "never" },
  "shop/main.3f9c1e2a.js": { text: "hashed" },
  "shop/strange.xyz": { text: "?" },
  "shop/caf\u00e9 b.txt": { text: "caf\u00e9" },
};

const CONFIG: FilesConfig = {
  folder: "shop",
  index: "index.html",
  spa: false,
  cleanUrls: false,
  precompressed: true,
  immutable: "auto",
};

interface Asking {
  readonly method?: string;
  readonly fields?: Record<string, string>;
  readonly config?: Partial<FilesConfig>;
  readonly files?: Parameters<typeof filesIn>[0];
}

async function ask(target: string, { method = "GET", fields = {}, config, files = FILES }: Asking = {}) {
  const warned: string[] = [];
  const rules = compileFiles({ ...CONFIG, ...config }, "shop.test");
  const answered = await serveFile(
    target,
    { method, headers: new Headers(fields), rules },
    {
      now: () => Date.parse("Sun, 29 Nov 2026 10:00:00 GMT"),
      files: filesIn(files),
      folders: new FolderShelf(),
      log: { request: () => undefined, warn: (message) => void warned.push(message) },
    },
  );
  if (!answered.ok) return { status: 0, text: "", header: () => null, warned };
  const { status, headers, body } = answered.value;
  return {
    status,
    text: await new Response(body).text(),
    header: (name: string) => headers.get(name),
    warned,
  };
}

describe("a file", () => {
  it("goes out with its type, length and validators", async () => {
    const { status, text, header } = await ask("/app.js");
    expect([status, text]).toEqual([200, "0123456789"]);
    expect(header("content-type")).toBe("text/javascript; charset=utf-8");
    expect(header("content-length")).toBe("10");
    expect(header("etag")).toBe('"app"');
    expect(header("last-modified")).toBe(OLD);
    expect(header("accept-ranges")).toBe("bytes");
    expect(header("cache-control")).toBe("public, max-age=0, must-revalidate");
    expect(header("vary")).toBe("accept-encoding");
  });

  it("has the fields of GET and no content for HEAD", async () => {
    const { status, text, header } = await ask("/app.js", { method: "HEAD" });
    expect([status, text, header("content-length")]).toEqual([200, "", "10"]);
  });

  it("is kept for a year if its name holds a hash; the page that stands for it is not", async () => {
    expect((await ask("/main.3f9c1e2a.js")).header("cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
    const page = await ask("/assets/route", { config: { spa: true, immutable: ["/assets/*"] } });
    expect([page.text, page.header("cache-control")]).toEqual(["home", "public, max-age=0, must-revalidate"]);
    const missing = await ask("/assets/x.js", { config: { notFound: "404.html", immutable: ["/assets/*"] } });
    expect([missing.status, missing.header("cache-control")]).toEqual([
      404,
      "public, max-age=0, must-revalidate",
    ]);
  });

  it("of an unknown kind is bytes", async () => {
    expect((await ask("/strange.xyz")).header("content-type")).toBe("application/octet-stream");
  });

  it("is found by its decoded name, and by no query", async () => {
    expect((await ask("/caf%C3%A9%20b.txt?x=/../y")).text).toBe("caf\u00e9");
  });

  it.each(["/nothing", "/docs/nothing.html", "/APP.js", "/app.js/", "/app.js/x", "/_headers", "/.env"])(
    "that is not there is a 404 without content: %s",
    async (target) => {
      const { status, header, text } = await ask(target);
      expect([status, header("content-length"), text]).toEqual([404, "0", ""]);
    },
  );

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])(
    "is not changed or asked by %s",
    async (method) => {
      const { status, header } = await ask("/app.js", { method });
      expect([status, header("allow")]).toEqual([405, "GET, HEAD"]);
    },
  );
});

describe("a folder", () => {
  it("is answered by its index, and led to by a slash, with the query", async () => {
    expect((await ask("/docs/")).text).toBe("docs");
    const led = await ask("/docs?x=1");
    expect([led.status, led.header("location")]).toEqual([301, "./docs/?x=1"]);
    // The key of the cache has no query.
    expect(led.header("headgate-cache-control")).toBe("no-store");
  });

  it("without an index is not found, and never listed", async () => {
    expect((await ask("/docs/", { config: { index: "off" } })).status).toBe(404);
  });
});

describe("conditions", () => {
  it.each([
    ["if-none-match", '"app"', 304],
    ["if-none-match", 'W/"app"', 304],
    ["if-none-match", '"x", "app"', 304],
    ["if-none-match", "*", 304],
    ["if-none-match", '"other"', 200],
    ["if-modified-since", OLD, 304],
    ["if-modified-since", NEW, 304],
    ["if-modified-since", "Sat, 31 Oct 2026 10:00:00 GMT", 200],
    ["if-modified-since", "yesterday", 200],
  ])("%s: %s gives %i", async (name, value, expected) => {
    const { status, text, header } = await ask("/app.js", { fields: { [name]: value } });
    expect(status).toBe(expected);
    if (expected !== 304) return;
    expect(text).toBe("");
    expect(header("etag")).toBe('"app"');
    expect(header("content-length")).toBeNull();
    expect(header("content-type")).toBeNull();
  });

  it.each([
    ["if-match", '"app"', 200],
    ["if-match", '"x", "app"', 200],
    ["if-match", "*", 200],
    ["if-match", '"other"', 412],
    ["if-match", 'W/"app"', 412],
    ["if-unmodified-since", OLD, 200],
    ["if-unmodified-since", NEW, 200],
    ["if-unmodified-since", "Sat, 31 Oct 2026 10:00:00 GMT", 412],
    ["if-unmodified-since", "yesterday", 200],
  ])("%s: %s gives %i, whatever else is asked", async (name, value, expected) => {
    const { status, text } = await ask("/app.js", { fields: { [name]: value } });
    expect([status, text]).toEqual([expected, expected === 200 ? "0123456789" : ""]);
    if (expected === 200) return;
    const more = { [name]: value, range: "bytes=0-3", "if-none-match": '"app"' };
    expect((await ask("/app.js", { fields: more })).status).toBe(412);
    expect((await ask("/app.js", { fields: more, method: "HEAD" })).status).toBe(412);
    expect((await ask("/nothing.js", { fields: more })).status).toBe(404);
  });

  it("If-Match decides where If-Unmodified-Since is given too", async () => {
    const fields = { "if-match": '"app"', "if-unmodified-since": "Sat, 31 Oct 2026 10:00:00 GMT" };
    expect((await ask("/app.js", { fields })).status).toBe(200);
  });

  it("If-None-Match decides where both are given", async () => {
    const fields = { "if-none-match": '"other"', "if-modified-since": NEW };
    expect((await ask("/app.js", { fields })).status).toBe(200);
  });

  it("come before ranges", async () => {
    const fields = { "if-none-match": '"app"', range: "bytes=0-1" };
    expect((await ask("/app.js", { fields })).status).toBe(304);
  });

  it("are not met by the page for what is missing", async () => {
    const config = { notFound: "404.html" };
    expect((await ask("/none", { config, fields: { "if-none-match": "*" } })).status).toBe(404);
  });
});

describe("ranges", () => {
  it.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=0-999", "0123456789", "bytes 0-9/10"],
    ["bytes=-999", "0123456789", "bytes 0-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    ["bytes=0-4,2-6", "0123456", "bytes 0-6/10"],
  ])("%s", async (range, text, contentRange) => {
    const answer = await ask("/app.js", { fields: { range } });
    expect([answer.status, answer.text, answer.header("content-range")]).toEqual([206, text, contentRange]);
    expect(answer.header("content-length")).toBe(String(text.length));
  });

  it.each(["bytes=10-", "bytes=-0", "bytes=99-100"])("%s is beyond the file", async (range) => {
    const { status, header } = await ask("/app.js", { fields: { range } });
    expect([status, header("content-range")]).toEqual([416, "bytes */10"]);
  });

  it.each([
    "bytes=5-4",
    "bytes=a-b",
    "lines=0-1",
    "bytes=",
    "bytes=0-0,4-5,8-8",
    `bytes=${"0-0,".repeat(50)}1-1`,
  ])("%s gets the whole", async (range) => {
    const { status, text } = await ask("/app.js", { fields: { range } });
    expect([status, text]).toEqual([200, "0123456789"]);
  });

  it.each([
    ['"app"', 206],
    ['W/"app"', 200],
    ['"other"', 200],
    [OLD, 206],
    [NEW, 200],
  ])("If-Range: %s gives %i", async (ifRange, expected) => {
    const fields = { range: "bytes=0-3", "if-range": ifRange };
    expect((await ask("/app.js", { fields })).status).toBe(expected);
  });

  it("are cut by the edge where the platform sends the whole", async () => {
    const files = {
      "shop/a.txt": {
        text: "0123456789",
        isPart: false,
        get body() {
          return new Blob(["0123456789"]).stream();
        },
      },
    };
    const { status, text } = await ask("/a.txt", { files, fields: { range: "bytes=2-4" } });
    expect([status, text]).toEqual([206, "234"]);
  });
});

describe("precompressed siblings", () => {
  it.each([
    ["br, gzip", "br", "brotli"],
    ["gzip", "gzip", "gzip!"],
    ["gzip, br;q=0.5", "gzip", "gzip!"],
    ["x-gzip", "gzip", "gzip!"],
    ["*", "br", "brotli"],
    ["br;q=0, *", "gzip", "gzip!"],
  ])("Accept-Encoding: %s gets %s", async (accept, coding, text) => {
    const answer = await ask("/app.js", { fields: { "accept-encoding": accept } });
    expect([answer.header("content-encoding"), answer.text]).toEqual([coding, text]);
    expect(answer.header("content-type")).toBe("text/javascript; charset=utf-8");
    expect(answer.header("vary")).toBe("accept-encoding");
    expect(answer.header("etag")).not.toBe('"app"');
  });

  it.each(["identity", "zstd", "gzip;q=0", "gzip;q=0.5, identity", ""])(
    "%s gets the plain file",
    async (accept) => {
      const answer = await ask("/app.js", { fields: { "accept-encoding": accept } });
      expect([answer.header("content-encoding"), answer.text]).toEqual([null, "0123456789"]);
    },
  );

  it("have ranges and conditions of their own bytes", async () => {
    const fields = { "accept-encoding": "br", range: "bytes=0-2" };
    const part = await ask("/app.js", { fields });
    expect([part.status, part.text, part.header("content-range")]).toEqual([206, "bro", "bytes 0-2/6"]);
    const known = await ask("/app.js", { fields: { "accept-encoding": "br", "if-none-match": '"app-br"' } });
    expect(known.status).toBe(304);
  });

  it("that are older than their file are left alone", async () => {
    const { text } = await ask("/stale.css", { fields: { "accept-encoding": "gzip" } });
    expect(text).toBe("new text");
  });

  it("are nothing without their file, and hidden with it", async () => {
    const files = { "shop/alone.css.gz": { text: "gz" }, "shop/.secret.css.gz": { text: "gz" } };
    const fields = { "accept-encoding": "gzip" };
    for (const target of ["/alone.css", "/.secret.css", "/.secret.css.gz"])
      expect((await ask(target, { files, fields })).status).toBe(404);
  });

  it("are not looked for beside a picture, nor where the site wants none", async () => {
    const fields = { "accept-encoding": "gzip" };
    const photo = await ask("/photo.png", { fields });
    expect([photo.text, photo.header("vary")]).toEqual(["png", null]);
    const plain = await ask("/app.js", { fields, config: { precompressed: false } });
    expect([plain.header("content-encoding"), plain.header("vary")]).toEqual([null, null]);
  });
});

describe("the rules of the folder", () => {
  const files = {
    ...FILES,
    "shop/_redirects": {
      text: "/old/* /docs/:splat 301\n/app.js /main.3f9c1e2a.js\n/pretty /about.html 200\nbad",
    },
    "shop/_headers": { text: "/pretty\n  X-Pretty: yes\n/docs/*\n  Cache-Control: max-age=5\n" },
  };

  it("redirect before any file", async () => {
    const { status, header } = await ask("/app.js?x=1", { files });
    expect([status, header("location")]).toEqual([302, "/main.3f9c1e2a.js?x=1"]);
    expect(header("headgate-cache-control")).toBe("no-store");
  });

  it("show another file, with the fields of the path that was asked for", async () => {
    const { status, text, header } = await ask("/pretty", { files });
    expect([status, text, header("x-pretty")]).toEqual([200, "about", "yes"]);
  });

  it("give fields to a 304 too", async () => {
    const { status, header } = await ask("/docs/", { files, fields: { "if-none-match": "*" } });
    expect([status, header("cache-control")]).toEqual([304, "max-age=5"]);
  });

  it("are part of the tag, so a field that they no longer give does not stay at whoever has the file", async () => {
    const tagUnder = async (text: string, path = "/app.js", fields = {}) => {
      const { status, header } = await ask(path, { files: { ...FILES, "shop/_headers": { text } }, fields });
      return { status, etag: String(header("etag")) };
    };
    const before = await tagUnder("/*\n  X-Robots-Tag: noindex\n");
    expect(before.etag).toMatch(/^"app-\w+"$/);
    const same = { "if-none-match": before.etag };
    expect(await tagUnder("/*\n  X-Robots-Tag: noindex\n/about\n  X: y\n", "/app.js", same)).toEqual({
      ...before,
      status: 304,
    });
    expect(await tagUnder("", "/app.js", same)).toEqual({ status: 200, etag: '"app"' });
    const others = ["/*\n  ! Cache-Control\n", "/*\n  X-Robots-Tag: all\n", "/:file\n  X-Name: :file\n"];
    for (const text of others) expect((await tagUnder(text, "/app.js", same)).status).toBe(200);
  });

  it("that cannot be followed are told, and the others hold", async () => {
    const { warned, status } = await ask("/old/x", { files });
    expect(status).toBe(301);
    expect(warned).toEqual(["rules of shop/_redirects cannot be followed; the others hold"]);
  });
});
