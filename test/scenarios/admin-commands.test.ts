// The commands that talk to a running edge by its admin API.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";
import { runHeadgate } from "../unit/cli/run-headgate.ts";

const SECRET = "a-secret-that-opens-everything";
const edge = useEdge({ TEST_KEEPERS: "yes", HEADGATE_ADMIN_HOST: "127.0.0.1", HEADGATE_ADMIN_TOKEN: SECRET });
const origin = useOrigin((request, response) => {
  response.sendDate = false; // the edge's clock is years ahead
  response.statusCode = request.url === "/broken" ? 503 : 200;
  response.setHeader("cache-control", "max-age=3600");
  response.end("a page");
});

const run = (words: readonly string[], env: Record<string, string> = {}) =>
  runHeadgate(import.meta.dirname, words, { HEADGATE_EDGE: edge.url, HEADGATE_TOKEN: SECRET, ...env });

beforeAll(async () => {
  const shop = await edge.site({
    hosts: ["shop.test"],
    pools: { web: { origins: [{ id: "fra", url: origin.url }] } },
    routes: [
      { id: "old", match: { path: "/old" }, redirect: { to: "/new" } },
      { id: "pages", to: "web" },
    ],
  });
  await edge.site({
    hosts: ["quiet.test"],
    pools: { web: { origins: [{ id: "fra", url: origin.url }] } },
    routes: [{ id: "rest", to: "web" }],
  });
  await edge.stopClockAt(1_900_000_000_000);
  for (let count = 0; count < 5; count++) await shop.get("/page");
  await shop.get("/broken");
  await shop.get("/old");
  await edge.advance(12_000);
  await shop.get("/page");
  await edge.settled(); // reported
  await edge.advance(10_000);
});

describe("headgate status", () => {
  it("tells the sites of the edge and how they are doing", async () => {
    const ran = await run(["status"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+: 2 sites\nquiet\.test {2}version [\da-f]{12}, 0\.0 requests\/s\nshop\.test {3}version [\da-f]{12}, 0\.\d requests\/s, \d\d % from the cache, \d\d % answered with 5xx\n$/,
    );
  });

  it("tells the same as JSON, of one site", async () => {
    const ran = await run(["status", "--site", "shop.test", "--json"]);
    expect(JSON.parse(ran.out)).toMatchObject({
      edge: edge.url,
      sites: [
        {
          name: "shop.test",
          switches: { kill: false },
          figures: { routes: [{ route: "pages" }, { route: "old" }] },
        },
      ],
      failures: [],
    });
  });

  it("tells of which site the keeper does not answer, and ends with 1", async () => {
    await edge.control({ keepersAreDown: true });
    const ran = await run(["status", "--site", "shop.test"]);
    await edge.control({ keepersAreDown: false });
    expect([ran.code, ran.err]).toEqual([
      1,
      "shop.test: The keeper of the site did not answer. Try again.\n",
    ]);
  });
});

describe("headgate top", () => {
  it("shows routes, hits, origins and refusals", async () => {
    const ran = await run(["top", "--site", "shop.test"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    const lines = ran.out.split("\n").map((line) => line.trim().replace(/ +/g, " "));
    expect(lines[0]).toMatch(/^shop\.test the last [\d.]+s revision \d+$/);
    expect(lines).toEqual(expect.arrayContaining(["route requests/s hits 5xx", "origin attempts/s failed"]));
    expect(ran.out).toMatch(/ pages +0\.\d +\d\d % +\d\d %\n/);
    expect(ran.out).toMatch(/ web\/fra +0\.\d +50 %\n/);
    expect(ran.out).not.toContain("\x1b");
  });
});

describe("headgate purge", () => {
  const marks = async () => {
    const keeper = await fetch(`${edge.url}/v1/sites/shop.test/keeper`, {
      headers: { authorization: `Bearer ${SECRET}` },
    });
    return ((await keeper.json()) as { purges: { exact: Record<string, unknown> } }).purges.exact;
  };

  it("purges URLs of several sites, each by its own keeper", async () => {
    const ran = await run(["purge", "https://shop.test/a", "https://shop.test/b", "https://quiet.test/"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(
      /^2 URLs of shop\.test are purged \(revision \d+\)\n1 URL of quiet\.test is purged \(revision \d+\)\n$/,
    );
    expect(Object.keys(await marks())).toEqual(expect.arrayContaining(["u:shop.test/a", "u:shop.test/b"]));
  });

  const ways: [words: string[], said: RegExp, mark: string][] = [
    [["https://shop.test/one"], /^https:\/\/shop\.test\/one is purged \(revision/, "u:shop.test/one"],
    [
      ["--prefix", "https://shop.test/a/b/"],
      /^what is below https:\/\/shop\.test\/a\/b\/ is purged/,
      "p:shop.test/a/b",
    ],
    [
      ["--tag", "x", "--host", "shop.test", "--soft"],
      /^what has the tag x on shop\.test is made stale/,
      "g:shop.test x",
    ],
    [
      ["--tag", "y", "--site", "shop.test", "--over", "10m"],
      /^what has the tag y on shop\.test is purged over 10m/,
      "t:y",
    ],
    [["--all", "--host", "shop.test"], /^everything on shop\.test is purged/, "h:shop.test"],
  ];
  it.each(ways)("purges by %s", async (words, said, mark) => {
    const ran = await run(["purge", ...words]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(said);
    expect(await marks()).toHaveProperty([mark]);
  });

  it("purges a host that is named alone", async () => {
    const ran = await run(["purge", "--host", "shop.test", "--soft"]);
    const [, revision] = /^everything on shop\.test is made stale \(revision (\d+)\)\n$/.exec(ran.out) ?? [];
    expect(ran.code).toBe(0);
    expect((await marks())["h:shop.test"]).toMatchObject({ soft: Number(revision) });
  });

  it("makes the edge forget what it names, and nothing else", async () => {
    const shop = edge.client("shop.test");
    const cache = async (path: string) => {
      // The first request has the newest snapshot read behind it, and the second one may be answered by the origin.
      for (let count = 0; count < 2; count++) {
        await shop.get(path);
        await edge.settled();
      }
      return (await shop.get(path)).header("cache-status");
    };
    const warm = async () => {
      for (const path of ["/news/1", "/news/2", "/other"]) expect(await cache(path)).toContain("; hit");
    };
    await warm();
    const asked = () => origin.seen.map(({ url }) => url).filter((url) => /^\/(news|other)/.test(url));
    const before = asked().length;
    await run(["purge", "--prefix", "http://shop.test/news/"]);
    await edge.advance(5_000);
    await warm();
    expect(asked().slice(before).sort()).toEqual(["/news/1", "/news/2"]);
  });

  it("tells the same as JSON", async () => {
    const ran = await run(["purge", "https://shop.test/json", "--json"]);
    const { ok, purges, error } = JSON.parse(ran.out);
    expect([ran.code, ok, error]).toEqual([0, true, null]);
    expect(purges).toEqual([{ site: "shop.test", revision: expect.any(Number), urls: 1, receipt: null }]);
  });

  it("waits for the receipt, and says who has confirmed when", async () => {
    const tellings = (asked: readonly string[]) => asked.filter((one) => one === "apply quiet.test").length;
    const before = tellings((await edge.control({})).asked);
    const running = run(["purge", "--prefix", "https://quiet.test/waited/", "--wait"]);
    await edge.until("the keeper was told", ({ asked }) => tellings(asked) > before);
    await edge.advance(20_000);
    const ran = await running;
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(
      / is purged \(revision \d+\)\nconfirmed after \d+\.\d s: no data centre has had traffic in the last minute\n$/,
    );
  });

  const wrong: [what: string, words: string[], sentence: RegExp][] = [
    ["nothing", [], /^error: name what to purge: URLs, --prefix URL, --tag TAG, --host HOST or --all\n/],
    ["two things", ["https://shop.test/", "--all"], /^error: URLs and --all cannot stand together/],
    ["a path", ["/a"], /^error: not a whole URL, with http:\/\/ or https:\/\/ in front: \/a\n/],
    [
      "a prefix without a slash",
      ["--prefix", "https://shop.test"],
      /^error: --prefix https:\/\/shop\.test: a prefix ends with a slash.*--all --host shop\.test\n/,
    ],
    ["a host beside URLs", ["https://shop.test/", "--host", "shop.test"], /^error: --host belongs to --tag/],
    ["a spread that is none", ["--all", "--over", "soon"], /^error: --over soon: write a duration/],
    [
      "a site beside a host",
      ["--all", "--site", "shop.test", "--host", "shop.test"],
      /^error: --site belongs to/,
    ],
  ];
  it.each(wrong)("is used wrongly with %s", async (_what, words, sentence) => {
    const ran = await run(["purge", ...words]);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toMatch(sentence);
  });

  const refused: [what: string, words: string[], sentence: RegExp][] = [
    [
      "a host of no site among others",
      ["https://shop.test/never", "https://nobody.test/"],
      /^error: No site of the edge serves nobody\.test\.\n$/,
    ],
    [
      "everything, and the edge has several sites",
      ["--all"],
      /^error: the edge has 2 sites; name one with --site, or a host with --host\n$/,
    ],
    [
      "a site that there is not",
      ["--all", "--site", "nobody.test"],
      /^error: The edge has no site nobody\.test\.\n$/,
    ],
    [
      "a tag that is too long",
      ["--tag", "x".repeat(2_000), "--site", "shop.test"],
      /^error: tag is longer than 1024\.\n$/,
    ],
  ];
  it.each(refused)("purges nothing of %s", async (_what, words, sentence) => {
    const before = await marks();
    const ran = await run(["purge", ...words]);
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toMatch(sentence);
    expect(await marks()).toEqual(before);
  });

  it("says what it may cost the origins, before it purges more than a URL", async () => {
    const shop = edge.client("shop.test");
    for (let count = 0; count < 120; count++) await shop.get("/page");
    await edge.advance(12_000);
    await shop.get("/page");
    await edge.settled();
    await edge.advance(10_000);
    const ran = await run(["purge", "--all", "--host", "shop.test"]);
    expect(ran.err).toMatch(
      /^the cache answers \d of \d requests\/s of shop\.test now; up to so many more may reach its origins at first \(--over 10m spreads them\)\n$/,
    );
  });
});

describe("a command for an edge", () => {
  const wrong: [what: string, words: string[], env: Record<string, string>, sentence: RegExp][] = [
    ["no edge", [], { HEADGATE_EDGE: "" }, /^error: name the edge: --edge https:\/\/admin\.example\.com\n/],
    ["no URL", ["--edge", "admin.test"], {}, /^error: --edge admin\.test: write https:\/\/HOST/],
    ["a path", ["--edge", "https://admin.test/v1"], {}, /^error: --edge https:\/\/admin\.test\/v1: write/],
    [
      "a secret in the URL",
      ["--edge", "https://me:my-secret@admin.test/"],
      {},
      /^error: --edge holds a user name: write/,
    ],
    ["no token", [], { HEADGATE_TOKEN: "" }, /^error: set HEADGATE_TOKEN to a token/],
    ["a token with a line break", [], { HEADGATE_TOKEN: "a\nb" }, /^error: HEADGATE_TOKEN has a character/],
  ];
  it.each(wrong)("is used wrongly with %s", async (_what, words, env, sentence) => {
    const ran = await run(["status", ...words], env);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toMatch(sentence);
    expect(ran.err).not.toContain("my-secret");
  });

  const failing: [what: string, env: () => Record<string, string>, sentence: RegExp][] = [
    [
      "nobody listens",
      () => ({ HEADGATE_EDGE: "http://127.0.0.1:65534" }),
      /^error: http:\/\/127\.0\.0\.1:65534 cannot be reached: ECONNREFUSED\n$/,
    ],
    [
      "the token is unknown",
      () => ({ HEADGATE_TOKEN: `${SECRET}x` }),
      /^error: The edge does not know this token\.\n$/,
    ],
    [
      "another host of the edge is asked",
      () => ({ HEADGATE_EDGE: edge.url.replace("127.0.0.1", "localhost") }),
      /^error: http:\/\/localhost:\d+ answered 404, and not as the admin API of this version; is it the URL of the admin API\?\n$/,
    ],
  ];
  it.each(failing)("fails with a sentence if %s", async (_what, env, sentence) => {
    const ran = await run(["top"], env());
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toMatch(sentence);
  });

  it("does not take the token to where a server sends it", async () => {
    const seen: (string | undefined)[] = [];
    const thief = http.createServer((ask, answer) => {
      seen.push(ask.headers.authorization);
      answer.writeHead(307, { location: `${edge.url}/v1/sites` }).end();
    });
    await new Promise<void>((resolve) => thief.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
    const ran = await run(["status", "--edge", url]);
    thief.close();
    expect(seen).toEqual([`Bearer ${SECRET}`]);
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/answered 307, and not as the admin API/)]);
  });
});
