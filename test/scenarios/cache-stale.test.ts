// What is stored × how the origin fares: every cell of the matrix in docs/stale.md, tried on a running edge.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { aSite } from "../support/asked.ts";
import { CacheInProcess } from "../support/cache-in-process.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { type Answering, deadUrl, useOrigin } from "../support/origin.ts";

const DOCS = readFileSync(path.join(import.meta.dirname, "../../docs/stale.md"), "utf8");

/** The rows of the table behind a mark, without its head and rule. */
function table(mark: string): string[][] {
  const lines = DOCS.split(`<!-- ${mark} -->\n`)[1]?.split("\n\n", 1)[0]?.split("\n") ?? [];
  return lines
    .filter((line) => !/^\| ---/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

interface Content {
  /** What the origin says when it is stored; undefined where nothing is. */
  readonly cacheControl: string | undefined;
  readonly cache?: object;
  /** How old it is when it is asked for. Sites are read anew after a minute: each is older. */
  readonly ageSeconds: number;
}

const WINDOWS = "stale-while-revalidate=100, stale-if-error=200";
const CONTENTS: Readonly<Record<string, Content>> = {
  fresh: { cacheControl: `max-age=1000, ${WINDOWS}`, ageSeconds: 100 },
  "within stale-while-revalidate": { cacheControl: `max-age=100, ${WINDOWS}`, ageSeconds: 150 },
  "within stale-if-error": { cacheControl: `max-age=100, ${WINDOWS}`, ageSeconds: 250 },
  "past both": { cacheControl: `max-age=100, ${WINDOWS}`, ageSeconds: 350 },
  "past both, `staleIfError: 0s`": {
    cacheControl: `max-age=100, ${WINDOWS}`,
    cache: { staleIfError: "0s" },
    ageSeconds: 350,
  },
  "no-cache": { cacheControl: `no-cache, max-age=1000, ${WINDOWS}`, ageSeconds: 100 },
  "must-revalidate, stale": { cacheControl: `must-revalidate, max-age=100, ${WINDOWS}`, ageSeconds: 150 },
  absent: { cacheControl: undefined, ageSeconds: 100 },
};

const answersNew: Answering = (_request, response) =>
  void response.writeHead(200, { "cache-control": "max-age=1000", etag: '"new"' }).end("new");

const ORIGINS: Readonly<Record<string, Answering>> = {
  "200": answersNew,
  "304": (request, response) => {
    if (request.headers["if-none-match"] !== '"stored"') return void response.writeHead(500).end();
    response.writeHead(304, { "cache-control": "max-age=1000", etag: '"stored"' }).end();
  },
  "5xx": (_request, response) => void response.writeHead(503).end("the origin's"),
  refused: answersNew, // at an address where nobody listens
  "time-out": () => {}, // never
  "no origin": answersNew, // that is out of service
};

/** What whoever asks next gets, when the work in the background is done. */
const THEN: Readonly<Record<string, { body: string; cacheStatus: RegExp; asked: number }>> = {
  "stale, then new": { body: "new", cacheStatus: /^headgate; hit; ttl=\d+$/, asked: 1 },
  "stale, then renewed": { body: "stored", cacheStatus: /^headgate; hit; ttl=\d+$/, asked: 1 },
  "stale, tried again": { body: "stored", cacheStatus: /detail=stale-while-revalidate$/, asked: 2 },
};

describe("the stale matrix", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  const [columns = [], ...rows] = table("matrix");
  const words = new Map(table("words").map(([word = "", ...told]) => [word, told]));
  let sites = 0;

  it("has a content state for each row, an origin state for each column and a word for each cell", () => {
    expect(rows.map(([row]) => row)).toEqual(Object.keys(CONTENTS));
    expect(columns.slice(1)).toEqual(Object.keys(ORIGINS));
    for (const [, ...cells] of rows) for (const cell of cells) expect(words.has(cell), cell).toBe(true);
  });

  const site = (host: string, cache: object, url: string): Promise<EdgeClient> =>
    edge.site({
      hosts: [host],
      pools: {
        web: {
          origins: [{ id: "a", url }],
          retry: { attempts: 1 },
          timeout: { firstByte: "60ms" },
        },
      },
      routes: [{ id: "all", to: "web", cache }],
    });

  /** The content is stored, has come of age, and the origin is in its state. */
  async function scene(
    { cacheControl, cache = {}, ageSeconds }: Content,
    answering: Answering,
    url = origin.url,
  ) {
    const host = `stale-${++sites}.test`;
    const client = await site(host, cache, origin.url);
    if (cacheControl !== undefined) {
      const headers = { "cache-control": cacheControl, etag: '"stored"' };
      origin.answers((_request, response) => void response.writeHead(200, headers).end("stored"));
      expect((await client.get("/")).header("cache-status")).toMatch(/; stored$/);
      await edge.settled();
    }
    if (url !== origin.url) await site(host, cache, url);
    await edge.advance(ageSeconds * 1_000);
    origin.answers(answering);
    origin.seen = [];
    return client;
  }

  async function onEdge(row: string, state: string) {
    const url = state === "refused" ? await deadUrl() : origin.url;
    const client = await scene(CONTENTS[row] as Content, ORIGINS[state] as Answering, url);
    const conditions = row === "absent" && state === "304" ? { "if-none-match": '"stored"' } : undefined;
    const ask = async (headers?: Record<string, string>) => {
      const { status, headers: fields, text } = await client.get("/", headers);
      const { records } = await edge.settled();
      const record = records.findLast(({ host }) => host === `stale-${sites}.test`);
      return { status, headers: fields, text, record };
    };
    return { first: await ask(conditions), again: () => ask() };
  }

  async function inProcess(row: string) {
    const { cacheControl, cache = {}, ageSeconds } = CONTENTS[row] as Content;
    const headers = { "cache-control": cacheControl ?? "no-store", etag: '"stored"' };
    const pools = { web: { origins: [{ id: "a", url: "http://origin.test" }] } };
    const edge = new CacheInProcess(
      aSite({ pools, routes: [{ id: "all", to: "web", cache }] }),
      "stored",
      headers,
    );
    await edge.get();
    await edge.settled();
    edge.advance(ageSeconds * 1_000);
    edge.outOfService = true;
    const ask = async () => {
      const { reply, record, text } = await edge.get();
      await edge.settled();
      return { status: reply.status, headers: reply.headers, text, record };
    };
    return { first: await ask(), again: ask };
  }

  for (const [row = "", ...cells] of rows) {
    cells.forEach((word, at) => {
      const state = columns[at + 1] ?? "";
      it(`${row} × ${state}: ${word}`, async () => {
        const { first, again } = await (state === "no origin" ? inProcess(row) : onEdge(row, state));
        const [status, body, cacheStatus = "", cache = "", reason = ""] = words.get(word) ?? [];
        const inPlace = (told: string) => (row === "absent" ? told.replace("stale", "uri-miss") : told);
        expect(String(first.status)).toBe(status);
        expect(bodyOf(first)).toBe(body);
        const told = first.headers.get("cache-status")?.replace(/ttl=(-?)\d+/, "ttl=$1N");
        expect(`\`${told}\``).toBe(inPlace(cacheStatus));
        expect(first.record?.cache).toBe(inPlace(cache));
        expect(first.record?.cacheReason ?? "").toBe(reason);
        if (word === "hit") expect(origin.seen).toEqual([]);

        const then = THEN[word];
        if (!then) return;
        const next = await again();
        expect(next.text).toBe(then.body);
        expect(next.headers.get("cache-status")).toMatch(then.cacheStatus);
        if (state !== "refused" && state !== "no origin") expect(origin.seen).toHaveLength(then.asked);
      });
    });
  }

  const STALE = CONTENTS["within stale-while-revalidate"] as Content;

  it("lets a page that is gone not come back for the rest of its window", async () => {
    const client = await scene(STALE, answersNew);
    origin.answers((_request, response) => void response.writeHead(404).end("gone"));
    expect((await client.get("/")).text).toBe("stored");
    await edge.settled();
    expect((await client.get("/")).status).toBe(404);
  });

  it("lets a page that has become private not be shared for the rest of its window", async () => {
    const client = await scene(STALE, answersNew);
    const headers = { "cache-control": "private" };
    origin.answers((_request, response) => void response.writeHead(200, headers).end("mine"));
    expect((await client.get("/")).text).toBe("stored");
    await edge.settled();
    expect((await client.get("/")).text).toBe("mine");
  });

  it("keeps the page where the answer says something of the request alone", async () => {
    const client = await scene(CONTENTS["within stale-if-error"] as Content, answersNew);
    origin.answers((_request, response) => void response.writeHead(403).end("not you"));
    expect((await client.get("/")).status).toBe(403);
    await edge.settled();
    origin.answers(ORIGINS["5xx"] as Answering);
    expect((await client.get("/")).header("cache-status")).toContain("detail=stale-if-error");
  });
});

function bodyOf({ text, headers }: { text: string; headers: Headers }): string {
  if (headers.get("content-type") === "application/problem+json") return "a problem";
  return text === "" ? "none" : text;
}
