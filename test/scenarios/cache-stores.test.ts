// The cache of a whole Worker, whatever it is kept in: on the Cache API alone, and in memory over it, as on Cloudflare.
import type http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheApiEdge, type RunningEdge } from "../conformance/public-suite/edges.ts";
import { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { type TestOrigin, useOrigin } from "../support/origin.ts";

const MIB = 1_048_576;
const FRESH = { "cache-control": "max-age=600", etag: '"v1"' };
const LARGE = Buffer.from(Uint8Array.from({ length: 2 * MIB }, (_, index) => index % 251));
const MEDIUM = LARGE.subarray(0, MIB / 2);
const NINE = Buffer.alloc(9 * MIB, "9");

const paths: Record<string, (response: http.ServerResponse) => void> = {
  "/small": (response) => response.writeHead(200, { ...FRESH, "content-length": 10 }).end("0123456789"),
  "/large": (response) => response.writeHead(200, { ...FRESH, "content-length": LARGE.length }).end(LARGE),
  "/medium": (response) => response.writeHead(200, { ...FRESH, "content-length": MEDIUM.length }).end(MEDIUM),
  "/nine": (response) => response.writeHead(200, { ...FRESH, "content-length": NINE.length }).end(NINE),
  "/cookies": (response) =>
    response
      .writeHead(200, {
        ...FRESH,
        "set-cookie": ["a=1; Path=/", "b=2"],
        "x-name": Buffer.from("café").toString("latin1"),
      })
      .end("hi"),
  "/nothing": (response) => response.writeHead(204, FRESH).end(),
  "/gone": (response) => response.writeHead(410, FRESH).end("gone"),
  "/many-fields": (response) => {
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-${n}`, "v".repeat(100)]));
    response.writeHead(200, { ...FRESH, ...fields }).end("body");
  },
};

const answering = (request: http.IncomingMessage, response: http.ServerResponse) => {
  const { pathname } = new URL(request.url ?? "", "http://origin");
  if (request.method === "POST") response.writeHead(204).end();
  else if (request.url?.endsWith("?checked")) {
    response.setHeader("cache-control", "no-cache");
    const isKnown = request.headers["if-none-match"] === '"v1"';
    const body = pathname === "/small" ? "0123456789" : LARGE;
    if (isKnown) response.writeHead(304, { etag: '"v1"' }).end();
    else response.writeHead(200, { etag: '"v1"', "content-length": body.length }).end(body);
  } else if (pathname === "/vary") {
    const language = request.headers["accept-language"] ?? "";
    response.writeHead(200, { ...FRESH, vary: "accept-language" }).end(`in ${language}`);
  } else paths[pathname]?.(response);
};

/** Storing goes on behind the client's back: asks until the answer is a stored one. */
async function untilStored(
  client: EdgeClient,
  path: string,
  headers: Record<string, string> = {},
): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    const answer = await client.get(path, headers);
    if (answer.header("cache-status")?.includes("hit")) return;
  }
  throw new Error(`${path} is never stored`);
}

describe.each([
  ["the Cache API alone", "0B"],
  ["memory over the Cache API", "16MiB"],
])("a cache in %s", (_name, memory) => {
  const origin = useOrigin(answering);
  let edge: RunningEdge;
  let client: EdgeClient;
  beforeAll(async () => {
    edge = await cacheApiEdge(
      {
        hosts: ["*"],
        pools: { web: { origins: [{ id: "web", url: origin.url }] } },
        routes: [{ id: "all", cache: { setCookie: "store" }, to: "web" }],
        security: "off",
        log: { sample: 0 },
      },
      memory,
    );
    client = new EdgeClient(edge.url, "shop.example.com");
  });
  afterAll(async () => {
    await client.close();
    await edge.stop();
  });

  const asksNoMore = async (of: TestOrigin, asking: () => Promise<void>) => {
    const before = of.seen.length;
    await asking();
    expect(of.seen.length).toBe(before);
  };

  it.each(["/small", "/large"])(
    "answers %s in whole and in part, whatever was asked before",
    async (path) => {
      await untilStored(client, path);
      const whole = path === "/small" ? Buffer.from("0123456789") : LARGE;
      await asksNoMore(origin, async () => {
        const part = await client.get(path, { range: "bytes=2-5" });
        expect([part.status, part.header("content-range")]).toEqual([206, `bytes 2-5/${whole.length}`]);
        expect(Buffer.from(part.bytes)).toEqual(whole.subarray(2, 6));
        const last = await client.get(path, { range: "bytes=-3" });
        expect(Buffer.from(last.bytes)).toEqual(whole.subarray(-3));
        const unchanged = await client.get(path, { "if-none-match": '"v1"' });
        expect([unchanged.status, unchanged.bytes.length]).toEqual([304, 0]);
        const again = await client.get(path);
        expect([again.status, again.bytes.length]).toEqual([200, whole.length]);
        expect(Buffer.from(again.bytes).equals(whole)).toBe(true);
        const head = await client.ask(path, { method: "HEAD" });
        expect([head.status, head.bytes.length]).toEqual([200, 0]);
      });
    },
  );

  it("gives back status and fields as they were", async () => {
    for (const path of ["/cookies", "/nothing", "/gone", "/many-fields"]) await untilStored(client, path);
    await asksNoMore(origin, async () => {
      const cookies = await client.get("/cookies");
      expect(cookies.cookies).toEqual(["a=1; Path=/", "b=2"]);
      expect(await client.get("/nothing")).toMatchObject({ status: 204, text: "" });
      expect(await client.get("/gone")).toMatchObject({ status: 410, text: "gone" });
      expect((await client.get("/many-fields")).header("x-99")).toBe("v".repeat(100));
    });
  });

  it.each(["/small?checked", "/large?checked"])("gives %s again after each 304", async (path) => {
    const whole = path.startsWith("/small") ? Buffer.from("0123456789") : LARGE;
    await client.get(path);
    for (let turn = 0; turn < 200 && !origin.last.headers["if-none-match"]; turn++) await client.get(path);
    for (const varied of ["en", "fr"]) {
      const before = origin.seen.length;
      for (let turn = 0; turn < 3; turn++) {
        const answer = await client.get(path, { "accept-language": varied });
        expect(answer.header("cache-status")).toContain("fwd-status=304");
        expect(Buffer.compare(answer.bytes, whole)).toBe(0);
      }
      expect(origin.seen.slice(before).map(({ headers }) => headers["if-none-match"])).toEqual(
        Array(3).fill('"v1"'),
      );
    }
  });

  it("keeps variants apart", async () => {
    const [french, german] = [{ "accept-language": "fr" }, { "accept-language": "de" }];
    await untilStored(client, "/vary", french);
    await untilStored(client, "/vary", german);
    await asksNoMore(origin, async () => {
      expect((await client.get("/vary", french)).text).toBe("in fr");
      expect((await client.get("/vary", german)).text).toBe("in de");
    });
  });

  it.each(["/small?deleted", "/large?deleted"])("forgets %s when it is changed", async (path) => {
    await untilStored(client, path);
    await client.ask(path, { method: "POST", body: "new" });
    const before = origin.seen.length;
    expect((await client.get(path)).header("cache-status")).toContain("uri-miss");
    expect(origin.seen.length).toBe(before + 1);
  });
});

describe("the memory of a standalone edge", () => {
  const origin = useOrigin(answering);
  const roomy = useEdge({ HEADGATE_CACHE_MEMORY: "64MiB" });
  const tight = useEdge({ HEADGATE_CACHE_MEMORY: "1MiB" });
  const none = useEdge({ HEADGATE_CACHE_MEMORY: "0B" });
  const site = () => ({
    pools: { web: { origins: [{ id: "web", url: origin.url }] } },
    routes: [{ id: "all", to: "web" }],
  });

  const asked = async (edge: typeof roomy, path: string): Promise<number> => {
    const client = await edge.site(site());
    const before = origin.seen.length;
    for (let turn = 0; turn < 2; turn++) {
      expect((await client.get(path)).status).toBe(200);
      await edge.settled();
    }
    return origin.seen.length - before;
  };

  it("keeps what fits it, small or large", async () => {
    expect(await asked(roomy, "/small")).toBe(1);
    expect(await asked(roomy, "/large")).toBe(1);
    expect(await asked(tight, "/small")).toBe(1);
    expect(await asked(tight, "/large")).toBe(2);
  });

  it("keeps nothing where it is set to nothing", async () => {
    expect(await asked(none, "/small")).toBe(2);
    expect(await asked(none, "/large")).toBe(2);
  });

  const TOLD: readonly [what: string, edge: typeof roomy, path: string, told: RegExp][] = [
    ["a body of an eighth of it and more", tight, "/large", /; detail=too-large-for-store$/],
    ["one that is too large, though it is gathered", tight, "/medium", /; detail=too-large-for-store$/],
    ["anything, where it keeps nothing", none, "/small", /; detail=too-large-for-store$/],
    ["what it keeps", tight, "/small", /; stored$/],
    ["what it keeps, where it is roomy", roomy, "/large", /; stored$/],
    ["nine mebibytes, of sixty-four", roomy, "/nine", /; detail=too-large-for-store$/],
  ];
  for (const [what, edge, path, told] of TOLD) {
    it(`tells the truth of ${what}`, async () => {
      const client = await edge.site(site());
      const first = await client.get(path);
      expect(first.header("cache-status")).toMatch(told);
      await edge.settled();
      const isStored = first.header("cache-status")?.endsWith("stored");
      const again = await client.get(path);
      expect(again.header("cache-status")).toMatch(isStored ? /^headgate; hit/ : /fwd=uri-miss/);
      expect(Buffer.compare(again.bytes, first.bytes)).toBe(0);
    });
  }

  it("forgets the page that a larger one has taken the place of", async () => {
    const client = await roomy.site(site());
    origin.answers((_request, response) => {
      response.writeHead(200, { "cache-control": "max-age=1, stale-if-error=6000" }).end("the old page");
    });
    await client.get("/page");
    await roomy.settled();
    await roomy.advance(60_000);
    origin.answers((_request, response) => {
      response.writeHead(200, { ...FRESH, "content-length": NINE.length }).end(NINE);
    });
    await client.get("/page");
    await roomy.settled();
    origin.answers((_request, response) => void response.writeHead(503).end());
    expect((await client.get("/page")).status).toBe(503);
  });
});
