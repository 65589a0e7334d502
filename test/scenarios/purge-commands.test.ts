// `headgate purge` as a person runs it, in each of its ways, on an edge that runs: `headgate serve` with its state process, over TCP.
import { beforeEach, describe, expect, it } from "vitest";
import { EdgeClient } from "../support/client.ts";
import { useOrigin } from "../support/origin.ts";
import { until, useServiceFolder } from "../support/service.ts";
import { type Ran, runHeadgate } from "../unit/cli/run-headgate.ts";

const TOKEN = "a-secret-that-opens-everything";
const HOSTS = ["shop.test", "www.shop.test"];
const TAGS: Record<string, string> = {
  "/news/1": "hot",
  "/news/2": "cold",
  "/newspaper": "hot",
  "/page": "cold",
};
const PATHS = Object.keys(TAGS);
/** Every page on every host: `shop.test/page`. */
const EVERYTHING = HOSTS.flatMap((host) => PATHS.map((path) => host + path));

const service = useServiceFolder();
/** The version of everything that the origin has. */
let version = 1;
const origin = useOrigin((request, response) => {
  const etag = `"${version}"`;
  const path = request.url ?? "";
  const fields = { "cache-control": "max-age=600, stale-if-error=600", etag, "cache-tag": TAGS[path] ?? "" };
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304, fields).end();
  response.writeHead(200, fields).end(String(version));
});

let clients: Record<string, EdgeClient> = {};
let adminUrl = "";
beforeEach(async () => {
  version = 1;
  await service.write(
    "shop.yaml",
    `hosts: ${JSON.stringify(HOSTS)}
pools: { web: { origins: [{ id: a, url: "${origin.url}" }] } }
routes: [{ id: all, to: web }]
`,
  );
  const { url, command } = await service.serveWith({ HEADGATE_ADMIN_TOKEN: TOKEN }, "--admin-port", "0");
  adminUrl = command.err.find((line) => line.startsWith("admin API on "))?.replace(/.* on /, "") ?? "";
  clients = Object.fromEntries(HOSTS.map((host) => [host, new EdgeClient(url, host)]));
  for (const page of EVERYTHING) expect(await get(page)).toMatchObject({ text: "1" });
  return () => Promise.all(Object.values(clients).map((client) => client.close()));
});

/** `shop.test/page`. */
function get(page: string) {
  const at = page.indexOf("/");
  const client = clients[page.slice(0, at)];
  if (!client) throw new Error(`no host of the site: ${page}`);
  return client.get(page.slice(at));
}

const run = (...words: string[]): Promise<Ran> =>
  runHeadgate(import.meta.dirname, ["purge", ...words], { HEADGATE_EDGE: adminUrl, HEADGATE_TOKEN: TOKEN });

/** Which pages are of the origin's version now. Asking for a page stores it anew, so each is asked once. */
async function renewed(): Promise<string[]> {
  const answers = await Promise.all(EVERYTHING.map(async (page) => ({ page, text: (await get(page)).text })));
  return answers.filter(({ text }) => text === String(version)).map(({ page }) => page);
}

const below = (host: string) => [`${host}/news/1`, `${host}/news/2`];
const WAYS: [way: string, words: string[], pages: string[]][] = [
  ["a URL", ["http://shop.test/page"], ["shop.test/page"]],
  [
    "several URLs",
    ["http://shop.test/page", "http://www.shop.test/news/1"],
    ["shop.test/page", "www.shop.test/news/1"],
  ],
  ["a prefix", ["--prefix", "http://shop.test/news/"], below("shop.test")],
  ["a tag", ["--tag", "hot"], EVERYTHING.filter((page) => /news\/1|newspaper/.test(page))],
  [
    "a tag on a host",
    ["--tag", "hot", "--host", "www.shop.test"],
    ["www.shop.test/news/1", "www.shop.test/newspaper"],
  ],
  ["a host", ["--host", "www.shop.test"], EVERYTHING.filter((page) => page.startsWith("www."))],
  [
    "everything of a host",
    ["--all", "--host", "shop.test"],
    EVERYTHING.filter((page) => page.startsWith("shop.")),
  ],
  ["everything", ["--all"], EVERYTHING],
];

describe("headgate purge", () => {
  it.each(WAYS)(
    "of %s renews that and nothing else, hard and soft",
    { timeout: 60_000 },
    async (_way, words, pages) => {
      for (const mode of [[], ["--soft"]]) {
        version++;
        const ran = await run(...words, ...mode);
        expect([ran.code, ran.out]).toEqual([0, expect.stringMatching(/ \(revision \d+\)\n$/)]);
        expect(ran.out).toContain(mode.length > 0 ? "made stale" : "purged");
        await until("it is in force", async () => (await get(pages[0] ?? "")).text === String(version));
        expect((await renewed()).sort()).toEqual([...pages].sort());
      }
    },
  );

  it("--soft leaves what the origin confirms, and what stands in for an origin that fails; without it neither is left", {
    timeout: 60_000,
  }, async () => {
    const status = async (page: string) => (await get(page)).header("cache-status") ?? "";
    await run("--prefix", "http://shop.test/news/", "--soft");
    await until("it is in force", async () =>
      /fwd-status=304.*detail=purged/.test(await status("shop.test/news/1")),
    );
    origin.answers((_request, response) => void response.writeHead(503).end("failed"));
    expect(await get("shop.test/news/2")).toMatchObject({ status: 200, text: "1" });
    await run("--all");
    await until("it is in force", async () => (await get("shop.test/page")).status === 503);
    expect((await get("shop.test/news/2")).status).toBe(503);
  });

  it("--over spreads it", { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 60 }, (_, page) => `shop.test/many/${page}`);
    for (const page of many) expect((await get(page)).text).toBe("1");
    version = 2;
    const ran = await run("--prefix", "http://shop.test/many/", "--over", "8s");
    expect(ran.out).toMatch(
      /^what is below http:\/\/shop\.test\/many\/ is purged over 8s \(revision \d+\)\n$/,
    );
    const since = Date.now();
    const counts: number[] = [];
    await until("all are new", async () => {
      const texts = await Promise.all(many.map(async (page) => (await get(page)).text));
      counts.push(texts.filter((text) => text === "2").length);
      return counts.at(-1) === many.length;
    });
    // The command has taken some of the time. In the rest there was more than one step from the old to the new.
    expect(Date.now() - since).toBeLessThan(12_000);
    expect(new Set(counts).size).toBeGreaterThan(3);
    expect((await get("shop.test/page")).text).toBe("1");
  });

  it("--wait returns when the purge is in force in every data centre with traffic", {
    timeout: 90_000,
  }, async () => {
    const seen: { sentAt: number; text: string }[] = [];
    let isOver = false;
    const load = (async () => {
      for (let count = 0; count < 10_000 && !isOver; count++) {
        const sentAt = Date.now();
        seen.push({ sentAt, text: (await get("shop.test/page")).text });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    version = 2;
    const ran = await run("--tag", "cold", "--wait");
    const endedAt = Date.now();
    expect([ran.code, ran.out]).toEqual([
      0,
      expect.stringMatching(
        /^what has the tag cold on shop\.test is purged \(revision \d+\)\nconfirmed after \d+\.\d s by 1 data centre: \S+\n$/,
      ),
    ]);
    await until("some requests came later", async () => seen.some(({ sentAt }) => sentAt > endedAt + 100));
    isOver = true;
    await load;
    expect(new Set(seen.filter(({ sentAt }) => sentAt > endedAt).map(({ text }) => text))).toEqual(
      new Set(["2"]),
    );
  });

  it("--wait does not wait for a minute where there is no traffic, and the next request gets nothing old", {
    timeout: 90_000,
  }, async () => {
    version = 2;
    const startedAt = Date.now();
    const ran = await run("--all", "--wait");
    expect([ran.code, ran.out]).toEqual([
      0,
      expect.stringMatching(
        /^everything on shop\.test is purged \(revision \d+\)\nin force after \d+\.\d s: no data centre has traffic\nwithout traffic, and asks before its next answer: \S+\n$/,
      ),
    ]);
    expect(Date.now() - startedAt).toBeLessThan(40_000);
    expect((await get("shop.test/page")).text).toBe("2");
  });
});
