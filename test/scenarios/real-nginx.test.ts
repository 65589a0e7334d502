// As a user would have it: a real nginx that serves a folder, the edge before it, and the real curl as its client.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { Nginx } from "../support/nginx.ts";
import { findProgram, onPath } from "../support/program.ts";

const run = promisify(execFile);
const MIB = 1_048_576;
const HOST = "nginx.test";
const SCRIPT = `console.log(${JSON.stringify("x".repeat(2_000))});\n`;

describe("nginx behind the edge, and curl before it", () => {
  const edge = useEdge();
  const curl = onPath("curl");
  let missing = curl === undefined ? "curl is not installed" : "";
  let nginx: Nginx;
  let folder = "";
  let served = 0;

  beforeAll(async () => {
    const found = findProgram("nginx", "nginx-light");
    if ("missing" in found) missing ||= found.missing;
    if (missing !== "" || !("binary" in found)) return;
    nginx = await Nginx.start(found.binary);
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-curl-"));
    const www = path.join(nginx.folder, "www");
    await mkdir(www);
    await writeFile(path.join(www, "page.html"), "<h1>hello</h1>\n");
    await writeFile(path.join(www, "app.js"), SCRIPT);
    await writeFile(path.join(www, "app.js.gz"), gzipSync(SCRIPT));
    await writeFile(path.join(www, "film.mp4"), randomBytes(5 * MIB + 77));
    await edge.site({
      hosts: [HOST],
      pools: { web: { origins: [{ id: "nginx", url: nginx.url }] } },
      routes: [
        {
          id: "sliced",
          match: { path: "/sliced/*" },
          rewrite: { path: "/*" },
          to: "web",
          cache: { slice: "1MiB" },
        },
        { id: "all", to: "web" },
      ],
    });
  }, 240_000);

  beforeEach(({ skip }) => {
    if (missing !== "") skip(`${missing}: this scenario needs the real programs`);
  });

  afterAll(async () => {
    if (missing !== "") return;
    await nginx.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const fileOf = (name: string) => readFile(path.join(nginx.folder, "www", name));

  /** Runs curl on the public name, as a browser would come; what it writes goes to a file. */
  async function curls(target: string, ...options: string[]) {
    const output = path.join(folder, "body");
    const head = path.join(folder, "head");
    const to = ["--connect-to", `${HOST}:80:127.0.0.1:${new URL(edge.url).port}`, "--noproxy", "*"];
    const into = options.includes("-o") ? [] : ["-o", output];
    const { stdout } = await run(curl ?? "", [
      ...["-sS", "--max-time", "20", "-D", head, "-w", "%{http_code}"],
      ...[...to, ...into, ...options, `http://${HOST}${target}`],
    ]);
    await edge.settled();
    const lines = (await readFile(head, "utf8")).trim().split("\r\n").slice(1);
    const headers = new Headers(lines.map((line) => line.split(": ", 2) as [string, string]));
    const body =
      options.includes("-I") || stdout === "204" || stdout === "304"
        ? Buffer.alloc(0)
        : await readFile(into[1] ?? output);
    return { status: Number(stdout), headers, body, cache: headers.get("cache-status") ?? "" };
  }

  /** The lines of nginx's access log since the last look: as many as it should have written. */
  async function originServed(count: number) {
    const all = await nginx.served(served + count);
    const since = all.slice(served);
    served = all.length;
    return since;
  }

  it("misses once, and hits from then on", async () => {
    const miss = await curls("/page.html");
    expect(miss.status).toBe(200);
    expect(miss.body.toString()).toBe("<h1>hello</h1>\n");
    expect(miss.headers.get("etag")).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
    expect(miss.cache).toBe("headgate; fwd=uri-miss; fwd-status=200; stored");

    const hit = await curls("/page.html");
    expect(hit.body.toString()).toBe("<h1>hello</h1>\n");
    expect(hit.cache).toMatch(/^headgate; hit; ttl=\d+$/);
    expect(hit.headers.get("etag")).toBe(miss.headers.get("etag"));
    expect(Number(hit.headers.get("age"))).toBeLessThan(60);
    expect(await originServed(1)).toEqual([{ method: "GET", target: "/page.html", status: 200, range: "" }]);
  });

  it("answers HEAD and If-None-Match from the store", async () => {
    const head = await curls("/page.html", "-I");
    expect(head.headers.get("content-length")).toBe("15");
    const etag = head.headers.get("etag") ?? "";
    const copy = await curls("/page.html", "-H", `If-None-Match: ${etag}`);
    expect(copy.status).toBe(304);
    expect(await originServed(0)).toEqual([]);
  });

  it("cuts a range", async () => {
    await curls("/film.mp4");
    const film = await fileOf("film.mp4");
    const part = await curls("/film.mp4", "-r", "1000-1999");
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 1000-1999/${film.length}`);
    expect(part.body.equals(film.subarray(1_000, 2_000))).toBe(true);
    expect((await curls("/film.mp4", "-r", "-100")).body.equals(film.subarray(-100))).toBe(true);
    expect(await originServed(1)).toHaveLength(1);
  });

  it("resumes a download that broke off, from the store and from the origin", async () => {
    const film = await fileOf("film.mp4");
    const partial = path.join(folder, "film.mp4");
    for (const [target, asked] of [
      ["/film.mp4", []],
      [
        "/film.mp4?another",
        [{ method: "GET", target: "/film.mp4?another", status: 206, range: `bytes=${2 * MIB}-` }],
      ],
    ] as const) {
      await writeFile(partial, film.subarray(0, 2 * MIB));
      const resumed = await curls(target, "-C", "-", "-o", partial);
      expect(resumed.status).toBe(206);
      expect((await readFile(partial)).equals(film)).toBe(true);
      expect(await originServed(asked.length)).toEqual(asked);
    }
  });

  it("resumes a file in slices, and asks nginx only for those that are missing", async () => {
    const film = await fileOf("film.mp4");
    const partial = path.join(folder, "sliced.mp4");
    const ranges = async (count: number) => (await originServed(count)).map(({ range }) => range);
    await curls("/sliced/film.mp4", "-r", `0-${2 * MIB - 1}`, "-o", partial);
    expect(await ranges(2)).toEqual([`bytes=0-${MIB - 1}`, `bytes=${MIB}-${2 * MIB - 1}`]);

    await curls("/sliced/film.mp4", "-C", "-", "-o", partial);
    expect((await readFile(partial)).equals(film)).toBe(true);
    expect(await ranges(4)).toEqual(
      [2, 3, 4, 5].map((at) => `bytes=${at * MIB}-${Math.min((at + 1) * MIB, film.length) - 1}`),
    );

    expect((await curls("/sliced/film.mp4")).body.equals(film)).toBe(true);
    expect(await ranges(0)).toEqual([]);
  });

  it("keeps the packed and the plain variant apart, and both as nginx has them", async () => {
    const packed = await fileOf("app.js.gz");
    for (const hits of [false, true]) {
      const plain = await curls("/app.js");
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(plain.headers.get("vary")).toBe("Accept-Encoding");
      expect(plain.body.toString()).toBe(SCRIPT);
      const zipped = await curls("/app.js", "-H", "Accept-Encoding: gzip");
      expect(zipped.headers.get("content-encoding")).toBe("gzip");
      expect(zipped.body.equals(packed)).toBe(true);
      expect((await curls("/app.js", "--compressed")).body.toString()).toBe(SCRIPT); // unpacked by curl
      expect([plain.cache, zipped.cache].every((cache) => cache.startsWith("headgate; hit"))).toBe(hits);
    }
    expect((await originServed(3)).map(({ status }) => status)).toEqual([200, 200, 200]); // curl's own "deflate, gzip, br"
  });

  for (const method of ["PUT", "DELETE"]) {
    it(`forgets what a ${method} has changed`, async () => {
      await curls("/page.html");
      const body = method === "PUT" ? ["--data-binary", "new"] : [];
      expect((await curls("/page.html", "-X", method, ...body)).status).toBe(204);
      expect((await curls("/page.html")).cache).toBe("headgate; fwd=uri-miss; fwd-status=200; stored");
      expect((await originServed(2)).map((line) => line.method)).toEqual([method, "GET"]);
    });
  }

  it("revalidates what is stale: nginx answers 304, and the body comes from the store", async () => {
    await edge.advance(61_000);
    const renewed = await curls("/page.html");
    expect(renewed.status).toBe(200);
    expect(renewed.body.toString()).toBe("<h1>hello</h1>\n");
    expect(renewed.cache).toBe("headgate; fwd=stale; fwd-status=304; stored");
    expect(await originServed(1)).toMatchObject([{ target: "/page.html", status: 304 }]);
  });

  it("takes the new file where it has changed", async () => {
    await writeFile(path.join(nginx.folder, "www", "page.html"), "<h1>hello again</h1>\n");
    await edge.advance(61_000);
    const changed = await curls("/page.html");
    expect(changed.body.toString()).toBe("<h1>hello again</h1>\n");
    expect(changed.cache).toBe("headgate; fwd=stale; fwd-status=200; stored");
    expect(await originServed(1)).toMatchObject([{ target: "/page.html", status: 200 }]);
  });

  it("serves what it has when nginx is stopped, and says so where it has nothing", async () => {
    await nginx.stop();
    await edge.advance(61_000);
    const stale = await curls("/page.html");
    expect(stale.status).toBe(200);
    expect(stale.body.toString()).toBe("<h1>hello again</h1>\n");
    expect(stale.cache).toBe("headgate; fwd=stale; detail=stale-if-disconnected");
    const none = await curls("/never-asked.html");
    expect(none.status).toBe(502);
    expect(none.headers.get("content-type")).toBe("application/problem+json");
  });
});
