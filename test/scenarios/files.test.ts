// A folder that answers under `headgate serve`: over TCP, with the cache before it. What its unit tests (test/unit/files) show of the rules, these
// show of the whole.
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { descendantsOf } from "../support/descendants.ts";
import { replies, useOrigin } from "../support/origin.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";
import { until, useServiceFolder } from "../support/service.ts";

const service = useServiceFolder();
const app = useOrigin(replies(["from the application"]));

/** Of the command and its processes. */
async function residentBytes(pid: number): Promise<number> {
  const each = await Promise.all(
    [pid, ...descendantsOf(pid)].map((one) => readFile(`/proc/${one}/status`, "utf8").catch(() => "")),
  );
  return each.reduce((sum, text) => sum + Number(/^VmRSS:\s*(\d+)/m.exec(text)?.[1] ?? 0) * 1_024, 0);
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

async function get(
  url: string,
  headers: Record<string, string> = {},
  method: "GET" | "HEAD" | "POST" = "GET",
): Promise<Answer> {
  const answer = await request(url, { headers: { host: "a.test", ...headers }, method });
  return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
}

const put = async (name: string, content: string | Uint8Array): Promise<void> => {
  const file = path.join(service.sites, "files", name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
};

const site = (routes: string, more = "") =>
  service.write(
    "a.yaml",
    `hosts: [a.test]\npools: { web: { origins: [{ id: app, url: ${JSON.stringify(app.url)} }] } }\nroutes: ${routes}\n${more}`,
  );

describe("a folder", () => {
  it("is served from the cache, and a changed file is live within a second or so", async () => {
    await put("shop/index.html", "one");
    await site("[{ id: all, files: { folder: shop } }]");
    const { url } = await service.serve();
    expect(await get(url)).toMatchObject({ status: 200, text: "one" });
    const hit = await get(url);
    expect(hit.headers["cache-status"]).toMatch(/headgate; (?:hit|fwd=stale)/);
    expect(hit.headers.via).toBeDefined();
    await put("shop/index.html", "two, and longer");
    await until("the new file is served", async () => (await get(url)).text === "two, and longer");
    await rm(path.join(service.sites, "files/shop/index.html"));
    await until("it is gone", async () => (await get(url)).status === 404);
  });

  it("answers a client that has the file with 304, also from the cache, and parts of it with 206", async () => {
    await put("shop/a.txt", "0123456789");
    await site("[{ id: all, files: { folder: shop } }]");
    const { url } = await service.serve();
    await until(
      "the tag is strong",
      async () => !String((await get(`${url}/a.txt`)).headers.etag).startsWith("W/"),
    );
    const { headers } = await get(`${url}/a.txt`);
    for (const fields of [
      { "if-none-match": String(headers.etag) },
      { "if-modified-since": String(headers["last-modified"]) },
    ])
      expect((await get(`${url}/a.txt`, fields)).status).toBe(304);
    for (const path of ["a.txt", "a.txt?fresh"]) {
      const part = await get(`${url}/${path}`, { range: "bytes=2-4", "if-range": String(headers.etag) });
      expect(part).toMatchObject({ status: 206, text: "234" });
      expect(part.headers["content-range"]).toBe("bytes 2-4/10");
    }
  });

  it("gives the precompressed sibling, and compresses a file that has none", async () => {
    const page = "<p>again and again</p>".repeat(500);
    await put("shop/with.html", page);
    await put("shop/with.html.gz", gzipSync(page, { level: 9 }));
    await put("shop/without.html", page);
    await site("[{ id: all, files: { folder: shop } }]", "compress: auto\n");
    const { url } = await service.serve();
    for (const name of ["with", "without", "with", "without"]) {
      const answer = await request(`${url}/${name}.html`, {
        headers: { host: "a.test", "accept-encoding": "gzip" },
      });
      expect(answer.headers["content-encoding"]).toBe("gzip");
      expect(answer.headers.vary).toMatch(/accept-encoding/i);
      expect(gunzipSync(Buffer.from(await answer.body.arrayBuffer())).toString()).toBe(page);
    }
    expect((await get(`${url}/with.html`)).text).toBe(page);
  });

  it("goes on to the application where it has no file, and for what is not asked of files", async () => {
    await put("shop/a.txt", "a file");
    await site("[{ id: all, files: { folder: shop, else: web } }]");
    const { url } = await service.serve();
    expect((await get(`${url}/a.txt`)).text).toBe("a file");
    expect((await get(`${url}/cart`)).text).toBe("from the application");
    expect((await get(`${url}/a.txt`, {}, "POST")).text).toBe("from the application");
    expect(app.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /cart", "POST /a.txt"]);
    await put("shop/cart", "now a file");
    await until(
      "the file stands before the application",
      async () => (await get(`${url}/cart`)).text === "now a file",
    );
  });

  it("says what the site says where the application does not answer", async () => {
    await put("shop/a.txt", "a file");
    await service.write(
      "a.yaml",
      `hosts: [a.test]
pools:
  web: { origins: [{ id: app, url: "http://127.0.0.1:1" }], retry: { attempts: 1 }, sorry: { respond: { body: closed } } }
routes: [{ id: all, files: { folder: shop, else: web } }]
`,
    );
    const { url } = await service.serve();
    expect((await get(`${url}/a.txt`)).text).toBe("a file");
    expect(await get(`${url}/cart`)).toMatchObject({ status: 502, text: "closed" });
    expect(await get(`${url}/cart`, {}, "POST")).toMatchObject({ status: 502, text: "closed" });
  });

  it("shows the site's own page for what is missing, or the edge's by Accept", async () => {
    await put("shop/a.txt", "a");
    await site("[{ id: all, files: { folder: shop } }]");
    const { url } = await service.serve();
    const page = await get(`${url}/none`, { accept: "text/html" });
    expect(page).toMatchObject({ status: 404, text: expect.stringContaining("<!doctype html>") });
    expect(JSON.parse((await get(`${url}/none`)).text)).toMatchObject({ status: 404, title: "no-file" });
    const refused = await get(`${url}/a.txt`, {}, "POST");
    expect([refused.status, refused.headers.allow]).toEqual([405, "GET, HEAD"]);
  });

  it("is read again from its rules when they change", async () => {
    await put("shop/index.html", "home");
    await put("shop/_redirects", "/old /new 301\n/broken\n");
    await put("shop/_headers", "/*\n  X-One: yes\n");
    await site("[{ id: all, files: { folder: shop } }]");
    const { url, command } = await service.serve();
    const moved = await get(`${url}/old?x=1`);
    expect([moved.status, moved.headers.location]).toEqual([301, "/new?x=1"]);
    expect((await get(url)).headers["x-one"]).toBe("yes");
    await command.line(/rules of shop\/_redirects cannot be followed/);
    await put("shop/_redirects", "/old /newer 308\n");
    await until("the new rule holds", async () => (await get(`${url}/old`)).headers.location === "/newer");
    expect((await get(`${url}/_redirects`)).status).toBe(404);
    // The page itself is the same, and in the cache.
    await put("shop/_headers", "/*\n  X-Two: yes\n");
    await until("the new field is there", async () => (await get(url)).headers["x-two"] === "yes");
    expect((await get(url)).headers["x-one"]).toBeUndefined();
  });

  it("that cannot be read is a 503 that the log explains, and is served when it is there", async () => {
    await site("[{ id: all, files: { folder: shop } }]");
    const { url, command } = await service.serve();
    expect(await get(url)).toMatchObject({ status: 503, text: expect.stringContaining("files-unavailable") });
    await command.line(/the files cannot be read.*ENOENT/);
    await put("shop/index.html", "here");
    await until("it is served", async () => (await get(url)).text === "here");
    // What is in the cache may not be shown any longer.
    const folder = path.join(service.sites, "files/shop");
    await rename(folder, `${folder}.gone`);
    await until("it is a 503 again", async () => (await get(url)).status === 503);
    await rename(`${folder}.gone`, folder);
    await until("it is back", async () => (await get(url)).text === "here");
  });
});

describe("nothing leads out of a folder", () => {
  it("by any spelling of a path, by a link, or to a hidden file", async () => {
    await put("shop/a.txt", "a");
    await put("shop/.env", "SECRET");
    await put("shop/.git/config", "SECRET");
    await put("other/o.txt", "SECRET");
    await put("secret.txt", "SECRET");
    await symlink("../other/o.txt", path.join(service.sites, "files/shop/link.txt"));
    await symlink("../other", path.join(service.sites, "files/shop/dir"));
    await site(
      "[{ id: under, match: { path: '/s/*' }, rewrite: { stripPrefix: /s }, files: { folder: shop, cleanUrls: true } }, { id: all, allowInPath: [encoded-slash, backslash, control], files: { folder: shop, cleanUrls: true } }]",
      "mergeSlashes: false\n",
    );
    const { url } = await service.serve();
    const tries = [
      ...[
        "/../other/o.txt",
        "/%2e%2e/other/o.txt",
        "/..%2fother/o.txt",
        "/..%5cother/o.txt",
        "/..\\other\\o.txt",
      ],
      ...[
        "/%252e%252e/other/o.txt",
        "/.%2e/other/o.txt",
        "/a.txt/../../other/o.txt",
        "//other/o.txt",
        "/x/..%2f..%2fother%2fo.txt",
      ],
      ...[
        "/%c0%ae%c0%ae/other/o.txt",
        "/..;/other/o.txt",
        "/..%00/other/o.txt",
        "/a.txt%00.html",
        "/..%c0%afother/o.txt",
      ],
      ...[
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/%2Egit/config",
        "/link.txt",
        "/dir/o.txt",
        "/link",
        "/dir/o",
        "/..",
        "/.",
      ],
      ...[
        "/s/../../other/o.txt",
        "/s/..%2fother/o.txt",
        "/s//../other/o.txt",
        "/s/.env",
        "/s/link.txt",
        "/s%2f..%2f..%2fsecret.txt",
      ],
      ...[
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/s/..%2f..%2fsecret.txt",
        "/.//../secret.txt",
      ],
    ];
    for (const target of tries) {
      const { status, body } = await sendRaw(url, rawGet(target, "a.test"));
      expect(`${target}: ${body}`).not.toContain("SECRET");
      expect(`${target}: ${status}`).toMatch(/: [34]/);
    }
    expect((await sendRaw(url, rawGet("/a.txt", "a.test"))).status).toBe(200);
  });

  it("to the folder of another site, where the operator says whose it is", async () => {
    await put("shop/a.txt", "of the shop");
    await put("docs/a.txt", "of all");
    await site(
      "[{ id: docs, match: { path: '/docs/*' }, rewrite: { stripPrefix: /docs }, files: { folder: docs } }, { id: all, files: { folder: shop } }]",
    );
    const { url, command } = await service.serveWith({ HEADGATE_FILES_FOR: "shop@shop.test docs" });
    expect((await get(`${url}/docs/a.txt`)).text).toBe("of all");
    expect((await get(`${url}/a.txt`)).status).toBe(503);
    await command.line(/a\.test may not serve it \(HEADGATE_FILES_FOR\)/);
  });
});

describe("files behind a rule", () => {
  it("go to nobody else, from the store neither, and are private further out", async () => {
    await put("shop/a.3f9c1e2a.js", "for members");
    await put("shop/a.3f9c1e2a.js.gz", gzipSync("for members"));
    await site(
      "[{ id: all, files: { folder: shop } }]",
      // The digest of "key".
      "auth: { key: { keys: { one: 2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683 } } }\n",
    );
    const { url } = await service.serve();
    const target = `${url}/a.3f9c1e2a.js`;
    for (let round = 0; round < 2; round++) {
      const member = await get(target, { "x-api-key": "key" });
      expect(member).toMatchObject({ status: 200, text: "for members" });
      expect(member.headers["cache-control"]).toMatch(/private/);
      expect(member.headers["cache-control"]).not.toMatch(/public/);
      for (const fields of [
        {},
        { "x-api-key": "kex" },
        { range: "bytes=0-3" },
        { "if-none-match": "*" },
        { "accept-encoding": "gzip" },
      ])
        expect((await get(target, fields)).status).toBe(401);
      expect((await get(target, {}, "HEAD")).status).toBe(401);
    }
  });
});

describe("a large file", () => {
  it("is sent without being held in memory, and in parts from anywhere", async () => {
    const size = 200_000_000;
    await put("shop/big.bin", Buffer.alloc(size, "x"));
    await site("[{ id: all, files: { folder: shop } }]");
    const { url, command } = await service.serve();
    await get(`${url}/none`);
    const before = await residentBytes(command.pid);
    let bytes = 0;
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => request(`${url}/big.bin`, { headers: { host: "a.test" } })),
    );
    for (const answer of answers) for await (const chunk of answer.body) bytes += chunk.length;
    expect(bytes).toBe(3 * size);
    expect((await residentBytes(command.pid)) - before).toBeLessThan(150_000_000);
    const part = await request(`${url}/big.bin`, { headers: { host: "a.test", range: "bytes=199999990-" } });
    expect([part.statusCode, await part.body.text()]).toEqual([206, "x".repeat(10)]);
  });
});
