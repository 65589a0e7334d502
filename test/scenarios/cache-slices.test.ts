// A large file in slices: an origin is asked only for those that are missing, and what is put together is of one version.
import { describe, expect, it } from "vitest";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aFile, serves, type Version } from "../support/file-server.ts";
import { aGate } from "../support/gate.ts";
import { useOrigin } from "../support/origin.ts";

const SLICE = 65_536;
const MIB = 1_048_576;

const V1: Version = {
  file: aFile(5 * SLICE + 1_000),
  headers: { etag: '"v1"', "cache-control": "max-age=60", "content-type": "video/x" },
};
const V2: Version = { file: aFile(4 * SLICE, 7), headers: { ...V1.headers, etag: '"v2"' } };

describe("slices", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  async function aSite(version = V1, cache: object = {}, slice = "64KiB"): Promise<EdgeClient> {
    origin.answers(serves(version));
    return edge.site({
      hosts: [`slices-${++sites}.test`],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", cache: { slice, ...cache } }],
    });
  }

  /** The slices that the origin was asked for since, in order. */
  function askedSlices(sliceBytes = SLICE): (number | string)[] {
    const asked = origin.seen.map(({ headers }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
      return first === undefined || Number(last) - Number(first) >= sliceBytes
        ? (headers.range ?? "whole")
        : Number(first) / sliceBytes;
    });
    origin.seen = [];
    return asked;
  }

  async function get(
    client: EdgeClient,
    range?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await client.get("/file", { ...headers, ...(range !== undefined && { range }) });
    await edge.settled();
    return answer;
  }

  const sameBytes = (answer: Answer, file: Buffer, first = 0, last = file.length - 1) =>
    Buffer.compare(answer.bytes, file.subarray(first, last + 1)) === 0;

  it("give the whole, with its length, and keep every slice", async () => {
    const client = await aSite();
    const answer = await get(client);
    expect(answer.status).toBe(200);
    expect(answer.header("content-length")).toBe(String(V1.file.length));
    expect(answer.header("content-range")).toBeNull();
    expect(answer.header("content-type")).toBe("video/x");
    expect(sameBytes(answer, V1.file)).toBe(true);
    expect(answer.header("cache-status")).toBe("headgate; fwd=uri-miss; fwd-status=206; stored");
    expect(askedSlices()).toEqual([0, 1, 2, 3, 4, 5]);

    const again = await get(client);
    expect(sameBytes(again, V1.file)).toBe(true);
    expect(again.header("cache-status")).toMatch(/^headgate; hit; ttl=\d+$/);
    expect(askedSlices()).toEqual([]);
  });

  const RANGES: readonly [range: string, first: number, last: number, slices: number[]][] = [
    ["bytes=0-9", 0, 9, [0]],
    [`bytes=${2 * SLICE}-${2 * SLICE + 99}`, 2 * SLICE, 2 * SLICE + 99, [2]],
    [`bytes=${SLICE - 1}-${SLICE}`, SLICE - 1, SLICE, [0, 1]],
    [`bytes=${4 * SLICE}-`, 4 * SLICE, V1.file.length - 1, [4, 5]],
    [`bytes=${5 * SLICE}-999999999`, 5 * SLICE, V1.file.length - 1, [5]],
    ["bytes=-10", V1.file.length - 10, V1.file.length - 1, [0, 5]], // where the end is, the first slice tells
  ];
  for (const [range, first, last, slices] of RANGES) {
    it(`ask for none but those that ${range} needs: ${slices.join(", ")}`, async () => {
      const client = await aSite();
      const answer = await get(client, range);
      expect(answer.status).toBe(206);
      expect(answer.header("content-range")).toBe(`bytes ${first}-${last}/${V1.file.length}`);
      expect(answer.header("content-length")).toBe(String(last - first + 1));
      expect(sameBytes(answer, V1.file, first, last)).toBe(true);
      expect(askedSlices()).toEqual(slices);
      expect((await get(client, range)).header("cache-status")).toMatch(/^headgate; hit/);
      expect(askedSlices()).toEqual([]);
    });
  }

  it("resume a file of 30 MB in the middle, and ask only for what is missing", async () => {
    const version = { ...V1, file: aFile(30 * MIB) };
    const client = await aSite(version, {}, "1MiB");
    const half = 15 * MIB;
    expect(sameBytes(await get(client, `bytes=0-${half - 1}`), version.file, 0, half - 1)).toBe(true);
    expect(askedSlices(MIB)).toEqual(Array.from({ length: 15 }, (_, at) => at));

    const from = half - 5;
    const rest = await get(client, `bytes=${from}-`, { "if-range": '"v1"' });
    expect(rest.status).toBe(206);
    expect(sameBytes(rest, version.file, from)).toBe(true);
    expect(askedSlices(MIB)).toEqual(Array.from({ length: 15 }, (_, at) => at + 15));

    expect(sameBytes(await get(client), version.file)).toBe(true);
    expect(askedSlices(MIB)).toEqual([]);
  });

  it("look no further ahead than one slice of what the client reads", async () => {
    const client = await aSite({ ...V1, file: aFile(30 * MIB) }, {}, "1MiB");
    const streaming = await client.stream("/file");
    for await (const _first of streaming.body) break; // and hangs up
    await edge.settled();
    expect(askedSlices(MIB).length).toBeLessThan(30);
  });

  it("send their first bytes while the origin still has the last", async () => {
    const client = await aSite();
    const gate = aGate();
    const answering = serves(V1);
    origin.answers(async (request, response, seen) => {
      if (request.headers.range?.startsWith(`bytes=${5 * SLICE}-`)) await gate.opened;
      return answering(request, response, seen);
    });
    const streaming = await client.stream("/file");
    const chunks: Buffer[] = [];
    for await (const chunk of streaming.body) {
      chunks.push(chunk as Buffer);
      gate.open(); // only when the first bytes are here
    }
    expect(Buffer.compare(Buffer.concat(chunks), V1.file)).toBe(0);
  });

  it("are asked for once, however many want them", async () => {
    const client = await aSite();
    const crowd = Array.from({ length: 10 }, () => edge.client(`slices-${sites}.test`));
    const answers = await Promise.all(crowd.map((one) => one.get("/file")));
    await edge.settled();
    expect(answers.every((answer) => sameBytes(answer, V1.file))).toBe(true);
    expect(askedSlices()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sameBytes(await get(client), V1.file)).toBe(true);
  });

  it("answer HEAD, If-None-Match and what lies beyond the end by what is known", async () => {
    const client = await aSite();
    await get(client, "bytes=0-9");
    askedSlices();
    const head = await client.ask("/file", { method: "HEAD" });
    expect(head.header("content-length")).toBe(String(V1.file.length));
    expect((await get(client, undefined, { "if-none-match": '"v1"' })).status).toBe(304);
    const beyond = await get(client, "bytes=99999999-");
    expect(beyond.status).toBe(416);
    expect(beyond.header("content-range")).toBe(`bytes */${V1.file.length}`);
    expect((await get(client, "bytes=0-9", { "if-range": '"v0"' })).status).toBe(200);
    askedSlices();
  });

  it("pass the origin's 416 on where nothing is known yet, and keep it from everybody else", async () => {
    const client = await aSite();
    const beyond = await get(client, "bytes=99999999-");
    expect(beyond.status).toBe(416);
    expect(beyond.header("content-range")).toBe(`bytes */${V1.file.length}`);
    expect(sameBytes(await get(client), V1.file)).toBe(true);
  });

  it("leave several ranges to the origin", async () => {
    const client = await aSite();
    await get(client, "bytes=0-1,9-10");
    expect(askedSlices()).toEqual(["bytes=0-1,9-10"]);
  });

  describe("of a file that is stale", () => {
    it("still hold where the origin says so: nothing is fetched again", async () => {
      const client = await aSite();
      await get(client);
      askedSlices();
      await edge.advance(100_000);
      const answer = await get(client);
      expect(sameBytes(answer, V1.file)).toBe(true);
      expect(answer.header("cache-status")).toBe("headgate; fwd=stale; fwd-status=304; stored");
      expect(origin.seen).toHaveLength(1);
      expect(origin.last.headers["if-none-match"]).toBe('"v1"');
      expect((await get(client)).header("cache-status")).toMatch(/^headgate; hit/);
    });

    it("are all replaced where it has another", async () => {
      const client = await aSite();
      await get(client);
      await edge.advance(100_000);
      origin.answers(serves(V2));
      askedSlices();
      expect(sameBytes(await get(client), V2.file)).toBe(true);
      expect(askedSlices()).toEqual([0, 1, 2, 3]);
    });

    it("are served while the manifest is refreshed behind the client's back", async () => {
      const client = await aSite(V1, { staleWhileRevalidate: "1h" });
      await get(client);
      await edge.advance(100_000);
      askedSlices();
      const stale = await get(client, "bytes=0-9");
      expect(stale.header("cache-status")).toMatch(/detail=stale-while-revalidate$/);
      expect(origin.seen.map(({ headers }) => headers["if-none-match"])).toEqual(['"v1"']);
      expect((await get(client, "bytes=0-9")).header("cache-status")).toMatch(/^headgate; hit; ttl=\d+$/);
    });

    it("stand in for an origin that fails", async () => {
      const client = await aSite(V1, { staleIfError: "1h" });
      await get(client);
      await edge.advance(100_000);
      origin.answers((_request, response) => void response.writeHead(503).end());
      const answer = await get(client);
      expect(sameBytes(answer, V1.file)).toBe(true);
      expect(answer.header("cache-status")).toBe(
        "headgate; fwd=stale; fwd-status=503; detail=stale-if-error",
      );
    });
  });

  describe("of another version by now", () => {
    it("begin anew where the first is missing", async () => {
      const client = await aSite();
      await get(client, "bytes=0-9");
      origin.answers(serves(V2));
      const answer = await get(client, `bytes=${SLICE}-${SLICE + 9}`);
      expect(sameBytes(answer, V2.file, SLICE, SLICE + 9)).toBe(true);
      expect(answer.header("etag")).toBe('"v2"');
      expect(sameBytes(await get(client), V2.file)).toBe(true);
    });

    it("break the transfer where some have been sent, and the next one is whole", async () => {
      const client = await aSite();
      await get(client, `bytes=0-${SLICE - 1}`);
      origin.answers(serves(V2));
      await expect(client.get("/file")).rejects.toThrow();
      await edge.settled();
      expect(sameBytes(await get(client), V2.file)).toBe(true);
    });

    it("break it too where the length differs under the same tag", async () => {
      const client = await aSite();
      await get(client, `bytes=0-${SLICE - 1}`);
      origin.answers(serves({ ...V1, file: V2.file }));
      await expect(client.get("/file")).rejects.toThrow();
    });
  });

  describe("are not for", () => {
    it("an origin that knows no ranges: its 200 passes through whole, and is stored", async () => {
      const client = await aSite();
      const { file, headers } = V1;
      origin.answers((_request, response) => void response.writeHead(200, headers).end(file));
      expect(sameBytes(await get(client), file)).toBe(true);
      expect(origin.seen).toHaveLength(1);
      const part = await get(client, "bytes=5-9");
      expect(part.status).toBe(206);
      expect(sameBytes(part, file, 5, 9)).toBe(true);
      expect(part.header("cache-status")).toMatch(/^headgate; hit/);
    });

    const UNFIT: readonly [what: string, headers: Record<string, string>, next: string[]][] = [
      ["a file without validators", { "cache-control": "max-age=60" }, []],
      ["a file with a weak tag", { "cache-control": "max-age=60", etag: 'W/"v1"' }, []],
      ["what may not be stored", { "cache-control": "private", etag: '"v1"' }, ["whole"]],
    ];
    for (const [what, headers, next] of UNFIT) {
      it(`${what}: it is asked for whole, and no slice is tried the next time`, async () => {
        const client = await aSite({ file: V1.file, headers });
        expect(sameBytes(await get(client), V1.file)).toBe(true);
        expect(askedSlices()).toEqual([0, "whole"]);
        expect(sameBytes(await get(client), V1.file)).toBe(true);
        expect(askedSlices()).toEqual(next);
      });
    }

    it("a file no longer than one: it is stored as any other", async () => {
      const small = { ...V1, file: aFile(1_000) };
      const client = await aSite(small);
      const answer = await get(client);
      expect(answer.status).toBe(200);
      expect(answer.header("content-length")).toBe("1000");
      expect(sameBytes(answer, small.file)).toBe(true);
      expect(askedSlices()).toEqual([0]);
      expect((await get(client, "bytes=-10")).header("cache-status")).toMatch(/^headgate; hit/);
    });

    it("an empty file, whose first byte is beyond its end", async () => {
      const client = await aSite({ ...V1, file: Buffer.alloc(0) });
      const answer = await get(client);
      expect(answer.status).toBe(200);
      expect(answer.bytes.length).toBe(0);
    });

    it("a page that is not there", async () => {
      const client = await aSite();
      origin.answers((_request, response) => void response.writeHead(404).end("not here"));
      expect((await get(client)).status).toBe(404);
      expect(origin.seen).toHaveLength(1);
    });
  });

  it("go by Last-Modified where there is no tag", async () => {
    const headers = { "cache-control": "max-age=60", "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" };
    const client = await aSite({ file: V1.file, headers });
    expect(sameBytes(await get(client), V1.file)).toBe(true);
    expect(askedSlices()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("are asked for once more where one breaks on its way", async () => {
    const client = await aSite();
    const answering = serves(V1);
    let broken = false;
    origin.answers((request, response, seen) => {
      if (broken || !request.headers.range?.startsWith(`bytes=${2 * SLICE}-`))
        return answering(request, response, seen);
      broken = true;
      const range = `bytes ${2 * SLICE}-${3 * SLICE - 1}/${V1.file.length}`;
      response.writeHead(206, { ...V1.headers, "content-range": range, "content-length": SLICE });
      response.write("x".repeat(300), () => response.destroy());
    });
    expect(sameBytes(await get(client), V1.file)).toBe(true);
    expect(askedSlices()).toEqual([0, 1, 2, 2, 3, 4, 5]);
  });

  it("break the transfer where one cannot be had, and the next request needs only the rest", async () => {
    const client = await aSite();
    const answering = serves(V1);
    origin.answers((request, response, seen) => {
      if (!request.headers.range?.startsWith(`bytes=${3 * SLICE}-`))
        return answering(request, response, seen);
      response.writeHead(503).end();
    });
    await expect(client.get("/file")).rejects.toThrow();
    await edge.settled();
    origin.answers(answering);
    askedSlices();
    expect(sameBytes(await get(client), V1.file)).toBe(true);
    expect(askedSlices()).toEqual([3, 4, 5]);
  });

  it("are out of reach after an unsafe method has changed the file", async () => {
    const client = await aSite();
    await get(client);
    origin.answers((_request, response) => void response.writeHead(204).end());
    await client.ask("/file", { method: "PUT", body: "new" });
    origin.answers(serves(V2));
    expect(sameBytes(await get(client), V2.file)).toBe(true);
  });

  it("are kept apart by variant", async () => {
    const client = await aSite();
    origin.answers((request, response, seen) => {
      const isFrench = request.headers["accept-language"] === "fr";
      const version = isFrench ? V2 : V1;
      return serves({ ...version, headers: { ...version.headers, vary: "accept-language" } })(
        request,
        response,
        seen,
      );
    });
    const inGerman = { "accept-language": "de" };
    const inFrench = { "accept-language": "fr" };
    for (const _twice of [1, 2]) {
      expect(sameBytes(await get(client, undefined, inGerman), V1.file)).toBe(true);
      expect(sameBytes(await get(client, undefined, inFrench), V2.file)).toBe(true);
    }
    expect(origin.seen).toHaveLength(6 + 4);
  });

  describe("of a site that is changed while they are stored", () => {
    const LONG: Version = { ...V1, headers: { ...V1.headers, "cache-control": "max-age=6000" } };

    /** The same site with these rules; by then the edge has read it again. */
    async function changed(client: EdgeClient, cache: object): Promise<EdgeClient> {
      const { url } = origin;
      await edge.site({
        hosts: [`slices-${sites}.test`],
        pools: { web: { origins: [{ id: "a", url }], retry: { attempts: 1 } } },
        routes: [{ id: "all", to: "web", cache }],
      });
      await edge.advance(70_000);
      askedSlices();
      return client;
    }

    for (const [before, after] of [
      ["128KiB", "64KiB"],
      ["64KiB", "128KiB"],
      ["192KiB", "128KiB"],
    ] as const) {
      it(`from slices of ${before} to ${after} give the same bytes`, async () => {
        const client = await aSite(LONG, {}, before);
        expect(sameBytes(await get(client), LONG.file)).toBe(true);
        await changed(client, { slice: after });
        expect(sameBytes(await get(client), LONG.file)).toBe(true);
        for (const first of [0, SLICE - 1, 2 * SLICE, 3 * SLICE + 5]) {
          const last = first + SLICE;
          const answer = await get(client, `bytes=${first}-${last}`);
          expect(answer.header("content-range")).toBe(`bytes ${first}-${last}/${LONG.file.length}`);
          expect(sameBytes(answer, LONG.file, first, last)).toBe(true);
        }
      });
    }

    it("to none at all: the whole is asked for once, and stored", async () => {
      const client = await aSite(LONG);
      await get(client);
      await changed(client, {});
      expect(sameBytes(await get(client), LONG.file)).toBe(true);
      expect(askedSlices()).toEqual(["whole"]);
      expect((await get(client)).header("cache-status")).toMatch(/^headgate; hit/);
      expect(sameBytes(await get(client, "bytes=5-9"), LONG.file, 5, 9)).toBe(true);
    });

    it("to slices, where the whole is stored: it is the answer", async () => {
      const client = await aSite(LONG);
      await changed(client, {});
      await get(client);
      await changed(client, { slice: "64KiB" });
      const part = await get(client, `bytes=${SLICE}-${SLICE + 9}`);
      expect(sameBytes(part, LONG.file, SLICE, SLICE + 9)).toBe(true);
      expect(askedSlices()).toEqual([]);
    });

    it("to slices, where a part is stored: slices are asked for all the same", async () => {
      const client = await aSite(LONG);
      await changed(client, {});
      await get(client, "bytes=5-9");
      await changed(client, { slice: "64KiB" });
      expect(sameBytes(await get(client), LONG.file)).toBe(true);
      expect(askedSlices()).toEqual([0, 1, 2, 3, 4, 5]);
    });
  });

  describe("are not turned off for others", () => {
    const ONE_CLIENT: readonly [what: string, headers: Record<string, string>][] = [
      ["the same range twice", { range: "bytes=0-0,0-0" }],
      ["several ranges", { range: "bytes=0-1,9-10" }],
      ["nothing to be stored", { "cache-control": "no-store" }],
      ["what is for its own credentials", { authorization: "Basic eDp5" }],
      ["what lies beyond the end", { range: "bytes=99999999-" }],
    ];
    for (const [what, headers] of ONE_CLIENT) {
      it(`by one client that asks for ${what} first`, async () => {
        const client = await aSite();
        const answering = serves(V1);
        origin.answers((request, response, seen) => {
          if (!request.headers.range?.includes(",")) return answering(request, response, seen);
          const fields = { ...V1.headers, "content-range": `bytes 0-0/${V1.file.length}` };
          response.writeHead(206, fields).end(V1.file.subarray(0, 1)); // as some servers make one range of many
        });
        await get(client, undefined, headers);
        askedSlices();
        expect(sameBytes(await get(client), V1.file)).toBe(true);
        expect(askedSlices()).toEqual([0, 1, 2, 3, 4, 5]);
        await get(client, undefined, headers);
        askedSlices();
        expect((await get(client)).header("cache-status")).toMatch(/^headgate; hit/);
        expect(askedSlices()).toEqual([]);
      });
    }
  });

  it("stay for others where the origin refuses one client's request for one of them", async () => {
    const client = await aSite();
    await get(client, "bytes=0-9");
    const answering = serves(V1);
    origin.answers((request, response, seen) => {
      if (request.headers["x-odd"] === undefined) return answering(request, response, seen);
      response.writeHead(403).end("not for you");
    });
    const refused = await get(client, `bytes=${SLICE}-${SLICE + 9}`, { "x-odd": "1" });
    expect([refused.status, refused.text]).toEqual([403, "not for you"]);
    expect((await get(client, "bytes=0-9")).header("cache-status")).toMatch(/^headgate; hit/);
    expect(sameBytes(await get(client), V1.file)).toBe(true);
  });

  it("that are stale still stand in after a client has asked beyond their end", async () => {
    const client = await aSite(V1, { staleIfError: "1h" });
    await get(client);
    await edge.advance(100_000);
    origin.answers((_request, response) => {
      response.writeHead(416, { "content-range": `bytes */${V1.file.length}` }).end();
    });
    await get(client, "bytes=99999999-");
    origin.answers((_request, response) => void response.writeHead(503).end());
    expect(sameBytes(await get(client), V1.file)).toBe(true);
  });

  for (const [what, bytes] of [
    ["shorter", 900],
    ["longer", 1_100],
  ] as const) {
    it(`whose one slice is ${what} than it says is never a whole file`, async () => {
      const client = await aSite();
      origin.answers((_request, response) => {
        response.writeHead(206, { ...V1.headers, "content-range": "bytes 0-999/1000" });
        response.write(V1.file.subarray(0, bytes));
        response.end();
      });
      await expect(client.get("/file")).rejects.toThrow();
      await edge.settled();
      const small = { ...V1, file: aFile(1_000) };
      origin.answers(serves(small));
      expect(sameBytes(await get(client), small.file)).toBe(true);
    });
  }

  it("with a weak tag answer a range that lies within the first with one request", async () => {
    const headers = { "cache-control": "max-age=60", etag: 'W/"v1"' };
    const client = await aSite({ file: V1.file, headers });
    const answer = await get(client, "bytes=10-19");
    expect(askedSlices()).toEqual([0]);
    expect(answer.status).toBe(206);
    expect(answer.header("content-range")).toBe(`bytes 10-19/${V1.file.length}`);
    expect(answer.header("content-length")).toBe("10");
    expect(sameBytes(answer, V1.file, 10, 19)).toBe(true);
    expect(sameBytes(await get(client, "bytes=20-29"), V1.file, 20, 29)).toBe(true);
    expect(askedSlices()).toEqual([]);
    expect(sameBytes(await get(client), V1.file)).toBe(true);
    expect(askedSlices()).toEqual(["whole"]);
  });

  it("are not for a route that keeps nothing so large", async () => {
    const client = await aSite(V1, { maxObject: "32KiB" });
    const answer = await get(client);
    expect(sameBytes(answer, V1.file)).toBe(true);
    expect(answer.header("cache-status")).toContain("detail=too-large");
    expect(askedSlices()).toEqual(["whole"]);
  });

  it("leave no bug of the edge's own in its output", () => {
    expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });
});
