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
  await edge.site({ hosts: ["quiet.test"], routes: [{ id: "hello", respond: { body: "hello" } }] });
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
      /^error: No site is served under the name localhost\.\n$/,
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
