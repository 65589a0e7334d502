// A part never makes less of what is stored: it is joined with it, or put in the place of what is worth less, or not
// kept. And what is answered from parts is the origin's file, byte for byte, at the range that Content-Range names.
import type http from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompiledSite } from "../../worker/site.ts";
import { aSite } from "../support/asked.ts";
import { CacheInProcess } from "../support/cache-in-process.ts";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { aGate } from "../support/gate.ts";
import { type Answering, useOrigin } from "../support/origin.ts";

const BODY = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");
const FRESH = { "cache-control": "max-age=60" };

describe("a part", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);
  let sites = 0;

  const aClient = (cache: object = {}): Promise<EdgeClient> =>
    edge.site({
      hosts: [`parts-${++sites}.test`],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", cache }],
    });

  /** On a connection of its own. */
  const another = (): EdgeClient => edge.client(`parts-${sites}.test`);

  async function get(client: EdgeClient, range?: string, path = "/"): Promise<Answer> {
    const answer = await client.get(path, range === undefined ? {} : { range });
    await edge.settled();
    return answer;
  }

  /** Answers a range with this Content-Range and these bytes, and all else with the whole. */
  const answersRange =
    (contentRange: string, bytes: string | Buffer, more: http.OutgoingHttpHeaders = {}): Answering =>
    (request, response) => {
      if (request.headers.range === undefined) response.writeHead(200, { ...FRESH, ...more }).end(BODY);
      else response.writeHead(206, { ...FRESH, ...more, "content-range": contentRange }).end(bytes);
    };

  describe("that is not what it says is passed on and not kept:", () => {
    const UNFIT: readonly [what: string, contentRange: string, bytes: string, detail: RegExp][] = [
      ["shorter than its Content-Range", "bytes 7-9/10", "78", /; stored$/],
      ["longer than its Content-Range", "bytes 7-9/10", "78999", /; stored$/],
      ["of a whole of unknown length", "bytes 7-9/*", "789", /detail=part-of-unknown-length/],
      ["in another unit", "lines 7-9/10", "789", /detail=part-of-unknown-length/],
      ["that ends before it begins", "bytes 9-7/10", "789", /detail=part-of-unknown-length/],
      ["that ends beyond the whole", "bytes 7-10/10", "789x", /detail=part-of-unknown-length/],
    ];
    for (const [what, contentRange, bytes, told] of UNFIT) {
      it(`one ${what}`, async () => {
        const client = await aClient();
        origin.answers((_request, response) => {
          // Chunked, so that nothing but Content-Range says how long it is.
          response.writeHead(206, { ...FRESH, "content-range": contentRange, etag: '"v1"' });
          response.write(bytes);
          response.end();
        });
        const first = await get(client, "bytes=-3");
        expect([first.status, first.text]).toEqual([206, bytes]);
        expect(first.header("cache-status")).toMatch(told);
        origin.answers(answersRange("bytes 7-9/10", "789", { etag: '"v1"' }));
        const again = await get(client, "bytes=-3");
        expect(again.header("cache-status")).toContain("fwd=uri-miss");
        expect([again.header("content-range"), again.text]).toEqual(["bytes 7-9/10", "789"]);
      });
    }

    it("one whose Content-Length is another", async () => {
      const client = await aClient();
      origin.answers(answersRange("bytes 7-9/10", "78", { "content-length": 2, etag: '"v1"' }));
      expect((await get(client, "bytes=-3")).header("cache-status")).toContain("detail=part-length-differs");
      expect((await get(client, "bytes=-3")).header("cache-status")).toContain("fwd=uri-miss");
    });

    it("several in one body, whatever Content-Range stands beside them", async () => {
      const client = await aClient();
      const body =
        "--x\r\nContent-Range: bytes 0-0/36\r\n\r\n0\r\n--x\r\nContent-Range: bytes 9-9/36\r\n\r\n9\r\n--x--";
      const type = { "content-type": "multipart/byteranges; boundary=x" };
      for (const contentRange of [undefined, `bytes 0-${body.length - 1}/${body.length + 1}`]) {
        origin.answers((_request, response) => {
          const place = contentRange === undefined ? {} : { "content-range": contentRange };
          response.writeHead(206, { ...FRESH, ...type, ...place, etag: '"v1"' }).end(body);
        });
        const answer = await get(client, "bytes=0-0,9-9");
        expect([answer.status, answer.text]).toEqual([206, body]);
        expect(answer.header("cache-status")).not.toContain("stored");
        expect((await get(client, "bytes=0-0")).header("cache-status")).toContain("fwd=uri-miss");
      }
    });

    it("one that is longer than is gathered, which is told before it comes", async () => {
      const client = await aClient();
      const long = Buffer.alloc(1_100_000, "x");
      origin.answers(answersRange(`bytes 0-${long.length - 1}/9000000`, long, { etag: '"v1"' }));
      const answer = await get(client, `bytes=0-${long.length - 1}`);
      expect(answer.header("cache-status")).toContain("detail=part-too-large");
      expect(Buffer.compare(answer.bytes, long)).toBe(0);
    });
  });

  for (const [range, contentRange, text] of [
    ["bytes=-6", "bytes 4-9/10", "456789"],
    ["bytes=6-8", "bytes 6-8/10", "678"],
    ["bytes=6-", "bytes 6-9/10", "6789"],
    ["bytes=-1", "bytes 9-9/10", "9"],
  ] as const) {
    it(`that is what it says answers ${range} from then on`, async () => {
      const client = await aClient();
      origin.answers(answersRange("bytes 4-9/10", "456789"));
      expect((await get(client, "bytes=-6")).header("cache-status")).toMatch(/; stored$/);
      const again = await get(client, range);
      expect(again.header("cache-status")).toMatch(/^headgate; hit/);
      expect([again.header("content-range"), again.text]).toEqual([contentRange, text]);
    });
  }

  describe("does not take the place of a whole", () => {
    it("that has come while the part was on its way", async () => {
      const client = await aClient();
      const gate = aGate();
      origin.answers(async (request, response, seen) => {
        if (request.headers.range !== undefined) await gate.opened;
        return answersRange("bytes 0-4/36", "01234", { etag: '"v1"' })(request, response, seen);
      });
      const late = client.get("/", { range: "bytes=0-4" });
      await edge.until("the part is on its way", ({ inFlight }) => inFlight === 1);
      await another().get("/");
      gate.open();
      expect((await late).text).toBe("01234");
      const whole = await get(client);
      expect([whole.status, whole.text]).toEqual([200, BODY.toString()]);
      expect(whole.header("cache-status")).toMatch(/^headgate; hit/);
    });

    it("that is still coming when the part has come", async () => {
      const client = await aClient();
      const gate = aGate();
      const large = Buffer.alloc(2_000_000, "x");
      origin.answers(async (request, response, seen) => {
        if (request.headers.range !== undefined)
          return answersRange("bytes 0-0/2000000", "x", { etag: '"v1"' })(request, response, seen);
        response.writeHead(200, { ...FRESH, etag: '"v1"', "content-length": large.length });
        response.write(large.subarray(0, 1_500_000));
        await gate.opened;
        response.end(large.subarray(1_500_000));
      });
      const streaming = await client.stream("/");
      let bytes = 0;
      let isAsked = false;
      for await (const chunk of streaming.body) {
        bytes += (chunk as Buffer).length;
        if (bytes < 1_200_000 || isAsked) continue;
        isAsked = true; // by now it is on its way into the store
        expect((await another().get("/", { range: "bytes=0-0" })).status).toBe(206);
        await edge.until("the part has been kept or not", ({ pendingWork }) => pendingWork === 1);
        gate.open();
      }
      const whole = await get(client);
      expect([whole.status, whole.bytes.length]).toEqual([200, large.length]);
      expect(whole.header("cache-status")).toMatch(/^headgate; hit/);
    });

    for (const [version, etag] of [
      ["the same version", undefined],
      ["another version", '"v2"'],
    ] as const) {
      it(`that stands in for an origin in trouble, be the part of ${version}`, async () => {
        const client = await aClient({ staleIfError: "1h" });
        origin.answers(answersRange("", ""));
        await get(client);
        await edge.advance(100_000);
        origin.answers(answersRange("bytes 0-0/36", "0", etag ? { etag } : {}));
        const part = await get(client, "bytes=0-0");
        expect([part.status, part.text]).toEqual([206, "0"]);
        expect(part.header("cache-status")).toContain("detail=less-than-stored");
        origin.answers((_request, response) => void response.writeHead(503).end());
        const whole = await get(client);
        expect([whole.status, whole.text]).toEqual([200, BODY.toString()]);
        expect(whole.header("cache-status")).toContain("detail=stale-if-error");
      });
    }
  });

  describe("beside another part", () => {
    it("with a gap between them is kept only where it is the longer one", async () => {
      const client = await aClient();
      const V1 = { etag: '"v1"' };
      origin.answers(answersRange("bytes 0-9/36", BODY.subarray(0, 10), V1));
      await get(client, "bytes=0-9");
      origin.answers(answersRange("bytes 20-21/36", BODY.subarray(20, 22), V1));
      const short = await get(client, "bytes=20-21");
      expect(short.header("cache-status")).toContain("detail=less-than-stored");
      expect((await get(client, "bytes=0-9")).header("cache-status")).toMatch(/^headgate; hit/);
      origin.answers(answersRange("bytes 20-35/36", BODY.subarray(20), V1));
      await get(client, "bytes=20-");
      const long = await get(client, "bytes=30-");
      expect(long.header("cache-status")).toMatch(/^headgate; hit/);
      expect(long.text).toBe("uvwxyz");
    });

    it("that stands in for an origin in trouble is joined with it, and the whole stretch stands in", async () => {
      const client = await aClient({ staleIfError: "1h" });
      const V1 = { etag: '"v1"' };
      origin.answers(answersRange("bytes 0-9/36", BODY.subarray(0, 10), V1));
      await get(client, "bytes=0-9");
      await edge.advance(100_000);
      origin.answers(answersRange("bytes 10-10/36", BODY.subarray(10, 11), V1));
      await get(client, "bytes=10-10");
      await edge.advance(100_000);
      origin.answers((_request, response) => void response.writeHead(503).end());
      const answer = await get(client, "bytes=0-10");
      expect([answer.status, answer.text]).toEqual([206, "0123456789a"]);
    });
  });

  it("that is no part of what is held, or none at all, leaves that as it is", async () => {
    const client = await aClient();
    const V1 = { etag: '"v1"' };
    for (const answers of [
      answersRange("bytes 20-35/36", BODY.subarray(20), V1),
      answersRange("bytes 10-35/36", BODY.subarray(10), { etag: '"v2"' }),
      (_request: http.IncomingMessage, response: http.ServerResponse) =>
        void response.writeHead(416, { "content-range": "bytes */36" }).end(),
    ] satisfies Answering[]) {
      origin.answers(answersRange("bytes 0-9/36", BODY.subarray(0, 10), V1));
      await get(client, "bytes=0-9");
      origin.answers((request, response, seen) => {
        if (request.headers.range !== undefined) return answers(request, response, seen);
        response.writeHead(503).end();
      });
      expect((await get(client)).status).toBe(503);
      const held = await get(client, "bytes=0-9");
      expect(held.header("cache-status")).toMatch(/^headgate; hit/);
      expect(held.text).toBe("0123456789");
    }
  });

  it("stays where the whole of its version is too large to be kept", async () => {
    const client = await aClient({ maxObject: "30B" });
    const V1 = { etag: '"v1"' };
    origin.answers(answersRange("bytes 0-9/36", BODY.subarray(0, 10), V1));
    await get(client, "bytes=0-9");
    origin.answers(answersRange("bytes 10-35/36", BODY.subarray(10), V1));
    const whole = await get(client);
    expect(whole.text).toBe(BODY.toString());
    expect(whole.header("cache-status")).toContain("detail=too-large");
    expect((await get(client, "bytes=0-9")).header("cache-status")).toMatch(/^headgate; hit/);
  });

  it("with a weak tag costs no second request when the whole is asked for", async () => {
    const client = await aClient();
    origin.answers(answersRange("bytes 0-4/36", "01234", { etag: 'W/"v1"' }));
    await get(client, "bytes=0-4");
    const whole = await get(client);
    expect([whole.status, whole.text]).toEqual([200, BODY.toString()]);
    expect(origin.seen.map(({ headers }) => headers.range)).toEqual(["bytes=0-4", undefined]);
  });

  it("that completes a beginning with too few bytes breaks the transfer, and nothing short is kept", async () => {
    const client = await aClient();
    origin.answers(answersRange("bytes 0-9/36", BODY.subarray(0, 10), { etag: '"v1"' }));
    await get(client, "bytes=0-9");
    origin.answers((_request, response) => {
      response.writeHead(206, { ...FRESH, "content-range": "bytes 10-35/36", etag: '"v1"' });
      response.write(BODY.subarray(10, 20));
      response.end();
    });
    await expect(client.get("/")).rejects.toThrow();
    await edge.settled();
    origin.answers(answersRange("bytes 10-35/36", BODY.subarray(10), { etag: '"v1"' }));
    expect((await get(client)).text).toBe(BODY.toString());
  });

  it("leaves no bug of the edge's own in its output", () => {
    expect(edge.output.filter((line) => /uncaught|exception/i.test(line))).toEqual([]);
  });
});

describe("whatever ranges are asked for, however the origin's answers are cut short", () => {
  type Fault = "none" | "short" | "long" | "breaks" | "other-place" | "whole" | "multipart" | "new-version";

  /** Each version of the file has bytes of its own, and no stretch is like its neighbours. */
  const fileOf = (version: number, size: number): Buffer => {
    const file = Buffer.alloc(size);
    for (let at = 0; at < size; at++) file[at] = (at * 7 + (at >> 8) * 13 + version * 50) % 251;
    return file;
  };

  interface State {
    version: number;
    readonly size: number;
  }

  function answering(fault: Fault, state: State, validators: "strong" | "weak" | "none") {
    return ({ headers }: { readonly headers: Headers }) => {
      if (fault === "new-version") state.version++;
      const file = fileOf(state.version, state.size);
      const fields = new Headers({ "cache-control": "max-age=60", "content-type": "x/y" });
      const tag = `"v${state.version}"`;
      if (validators !== "none") fields.set("etag", validators === "strong" ? tag : `W/${tag}`);
      const ifRange = headers.get("if-range");
      const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
      const isWhole = from === undefined || fault === "whole" || (ifRange !== null && ifRange !== tag);
      const first = from === "" ? Math.max(0, file.length - Number(to)) : Number(from ?? 0);
      if (isWhole || first >= file.length) {
        fields.set("content-length", String(file.length));
        return { status: 200, headers: fields, body: streamed(file, fault === "breaks") };
      }
      const last = from === "" || to === "" ? file.length - 1 : Math.min(Number(to), file.length - 1);
      const shift = fault === "other-place" && last + 3 < file.length ? 3 : 0;
      const bytes = file.slice(first + shift, last + shift + 1 + (fault === "long" ? 4 : 0));
      fields.set("content-range", `bytes ${first + shift}-${last + shift}/${file.length}`);
      if (fault === "multipart") fields.set("content-type", "multipart/byteranges; boundary=x");
      const cut = fault === "short" ? bytes.slice(0, -1) : bytes;
      return { status: 206, headers: fields, body: streamed(cut, fault === "breaks") };
    };
  }

  const streamed = (bytes: Uint8Array, breaks: boolean): ReadableStream<Uint8Array> =>
    new ReadableStream({
      pull(controller) {
        if (breaks) {
          controller.enqueue(bytes.slice(0, Math.floor(bytes.length / 2)));
          return controller.error(new Error("cut"));
        }
        controller.enqueue(bytes);
        controller.close();
      },
    });

  const aRange = (size: number) => {
    const aPosition = fc.nat(size + 5);
    return fc.oneof(
      fc.constant(undefined),
      fc
        .tuple(aPosition, fc.nat(Math.ceil(size / 3)))
        .map(([first, more]) => `bytes=${first}-${first + more}`),
      aPosition.map((first) => `bytes=${first}-`),
      aPosition.map((length) => `bytes=-${length}`),
    );
  };
  const aFault = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fault>("none") },
    fc.constantFrom<Fault>("short", "long", "breaks", "other-place", "whole", "multipart", "new-version"),
  );
  const someSteps = (size: number) =>
    fc.array(
      fc.record({
        range: aRange(size),
        fault: aFault,
        advanceMs: fc.constantFrom(0, 0, 0, 70_000),
        site: fc.nat(2),
      }),
      { minLength: 2, maxLength: 12 },
    );

  const aSiteWith = (cache: object) =>
    aSite({
      pools: { web: { origins: [{ id: "a", url: "http://origin.test" }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web", cache: { staleIfError: "1h", ...cache } }],
    });

  const SITES: readonly [what: string, size: number, runs: number, sites: CompiledSite[]][] = [
    ["in parts", 90, 300, [aSiteWith({})]],
    [
      "in slices, whose size is changed meanwhile",
      200_000,
      60,
      [aSiteWith({ slice: "64KiB" }), aSiteWith({ slice: "96KiB" }), aSiteWith({})],
    ],
  ];
  for (const [what, size, numRuns, sites] of SITES) {
    it(`what comes of a file ${what} is its bytes at that range, all of one version`, async () => {
      const validatorsOf = fc.constantFrom("strong" as const, "weak" as const, "none" as const);
      const holds = fc.asyncProperty(someSteps(size), validatorsOf, async (steps, validators) => {
        const [first] = sites;
        if (!first) throw new Error("no site");
        const cache = new CacheInProcess(first, "", {});
        const state = { version: 0, size };
        for (const { range, fault, advanceMs, site } of steps) {
          cache.site = sites[site % sites.length] ?? first;
          cache.advance(advanceMs);
          let asked = 0;
          const answers = answering(fault, state, validators);
          cache.origin = (request) => {
            asked++;
            return answers(request);
          };
          const got = await cache.get(range === undefined ? {} : { range }).catch(() => undefined);
          await cache.settled();
          if (!got) continue; // the transfer broke, and the client knows
          const { status, headers, bodyLength } = got.reply;
          if (bodyLength !== undefined && bodyLength !== got.bytes.length) continue; // and here too
          const contentRange = headers.get("content-range");
          if (status === 416) {
            expect(contentRange).toBe(`bytes */${size}`);
            continue;
          }
          // What the origin itself got wrong on its way through is its own answer.
          const passesOn = asked > 0 && ["short", "long", "multipart"].includes(fault);
          if (passesOn && status === 206) continue;
          const [, from = "0", to = `${size - 1}`] = /^bytes (\d+)-(\d+)\//.exec(contentRange ?? "") ?? [];
          expect(status).toBe(contentRange === null ? 200 : 206);
          const isOneVersion = Array.from({ length: state.version + 1 }, (_, version) => version).some(
            (version) =>
              fileOf(version, size)
                .subarray(Number(from), Number(to) + 1)
                .equals(got.bytes),
          );
          expect([contentRange, isOneVersion]).toEqual([contentRange, true]);
        }
      });
      await fc.assert(holds, { numRuns });
    });
  }
});
