// The combined log of a real workerd is what Apache httpd writes, and GoAccess reads it.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Httpd } from "../support/httpd.ts";
import { useLoggedEdge } from "../support/logged-edge.ts";
import { useOrigin } from "../support/origin.ts";
import { type Found, findProgram } from "../support/program.ts";
import { rawGet, sendRaw } from "../support/raw-client.ts";

const run = promisify(execFile);
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";

/** The program, once for the tests of a block; without it they are skipped, and say why. */
function useProgram(name: string, debianPackage: string): () => string {
  let found: Found = { missing: "" };
  beforeAll(() => {
    found = findProgram(name, debianPackage);
  }, 240_000);
  beforeEach(({ skip }) => {
    if ("missing" in found) skip(`${found.missing}: this scenario needs the real program`);
  });
  return () => ("binary" in found ? found.binary : "");
}

/** What clients send to confuse a reader of the log. */
const HOSTILE = [
  ...['"', '" 200 1 "-" "', "\\", '\\"', "a\tb", "\x1b[2J", "\x7f", "[01/Jan/1970:00:00:00 +0000]"],
  ...["\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "'`$&%", "a  b", "-"],
];

const site = (origin: { readonly url: string }) => ({
  pools: { web: { origins: [{ id: "o", url: origin.url }] } },
  routes: [
    { id: "old", match: { path: "/old/*" }, redirect: { to: "/new/*", status: 308 as const } },
    { id: "page", match: { path: "/page" }, respond: { body: PAGE } },
    { id: "none", match: { path: "/none/*" }, respond: { status: 404, body: "no" } },
    { id: "rest", to: "web" },
  ],
  log: { format: "combined" as const, query: true },
});
const PAGE = "x".repeat(1_000);

describe("Apache httpd", () => {
  const origin = useOrigin();
  const edge = useLoggedEdge(() => ({ a: site(origin) }));
  const binary = useProgram("apache2", "apache2-bin");
  let httpd: Httpd | undefined;
  beforeAll(async () => {
    if (binary() !== "") httpd = await Httpd.start(binary(), PAGE);
  });
  afterAll(() => httpd?.remove());

  /** Both lines for the same bytes, without the time. */
  async function linesOf(request: string): Promise<[theirs: string, ours: string]> {
    const before = edge.printed.length;
    await Promise.all([sendRaw(httpd?.url ?? "", request), sendRaw(edge.url, request)]);
    const theirs = (await httpd?.logged()) ?? "";
    await edge.logged("HTTP/1.1", before + 1);
    const withoutTime = (line = "") => line.replace(/ \[[^\]]*\] "/, ' [] "');
    return [withoutTime(theirs), withoutTime(edge.printed[before]?.line)];
  }

  it.each(HOSTILE)("writes the same of a client that calls itself %j", async (agent) => {
    const fields = `User-Agent: x${agent}y\r\nReferer: http://a.test/${agent}/y\r\n`;
    const [theirs, ours] = await linesOf(rawGet("/page?a=1", "a.test", fields));
    expect(ours).toBe(theirs);
    expect(ours).toContain(" 200 1000 ");
  });

  it.each([
    ["HEAD", "HEAD /page HTTP/1.1"],
    ["a query with escapes", "GET /page?x=%22%0a HTTP/1.1"],
    ["nothing but the request line", "GET /page HTTP/1.1"],
  ])("writes the same of %s", async (_what, line) => {
    const [theirs, ours] = await linesOf(`${line}\r\nHost: a.test\r\nConnection: close\r\n\r\n`);
    expect(ours).toBe(theirs);
  });
});

describe("GoAccess", () => {
  const origin = useOrigin((_request, response) => void response.end(PAGE));
  const edge = useLoggedEdge(() => ({ shop: site(origin) }));
  const binary = useProgram("goaccess", "goaccess");
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-goaccess-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("reads every line of a combined log, with what clients send to confuse it", async () => {
    const client = edge.client("shop");
    const browser = { "user-agent": FIREFOX };
    for (let n = 0; n < 3; n++)
      await client.get(`/page/${n}?n=${n}`, { ...browser, referer: "https://search.test/find?q=1" });
    await client.get("/old/a", browser);
    await client.get("/none/a", browser);
    await client.ask("/page/0", { method: "HEAD", headers: browser });
    await client.ask("/page/0", { method: "POST", headers: browser, body: "a" });
    await client.get("/%C3%A4/%22quoted%22");
    for (const agent of HOSTILE) {
      await sendRaw(edge.url, rawGet("/page", "shop.test", `User-Agent: ${agent}\r\nReferer: ${agent}\r\n`));
    }
    const count = 8 + HOSTILE.length;
    const lines = (await edge.logged("HTTP/1.1", count)).map(({ line }) => line);
    expect(lines).toHaveLength(count);

    const log = path.join(folder, "access.log");
    const report = path.join(folder, "report.json");
    await writeFile(log, `${lines.join("\n")}\n`);
    await run(binary(), [log, "--log-format=COMBINED", "--no-global-config", "-o", report], { cwd: folder });
    const { general, requests, not_found, referring_sites, status_codes } = JSON.parse(
      await readFile(report, "utf8"),
    );
    expect(general).toMatchObject({ total_requests: count, valid_requests: count, failed_requests: 0 });
    const of = (
      panel: { data: { data: string; hits: { count: number }; method?: string; protocol?: string }[] },
      name: string,
    ) => panel.data.find(({ data }) => data === name);
    expect(of(requests, "/page/1?n=1")).toMatchObject({
      hits: { count: 1 },
      method: "GET",
      protocol: "HTTP/1.1",
    });
    expect(of(requests, "/page")?.hits.count).toBe(HOSTILE.length);
    expect(of(not_found, "/none/a")?.hits.count).toBe(1);
    expect(of(referring_sites, "search.test")?.hits.count).toBe(3);
    expect(status_codes.data.map(({ data }: { data: string }) => data).sort()).toEqual(
      expect.arrayContaining([
        expect.stringContaining("2xx"),
        expect.stringContaining("3xx"),
        expect.stringContaining("4xx"),
      ]),
    );
    // The redirect and the HEAD have no body, the 404 one of 2 bytes.
    expect(general.bandwidth).toBe((5 + HOSTILE.length) * PAGE.length + 2);
  });
});
