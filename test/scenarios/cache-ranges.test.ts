// Parts of what is stored, and parts that are stored: Range, If-Range, 206 and 416 (RFC 9110 §14, RFC 9111 §3.4).
import type http from "node:http";
import { describe, expect, it } from "vitest";
import type { Answer, EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { type Answering, useOrigin } from "../support/origin.ts";

const BODY = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");
const DAY_MS = 86_400_000;

describe("ranges", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  const aClient = (): Promise<EdgeClient> =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web" }],
    });

  /** The whole, whatever was asked. */
  const whole =
    (headers: Record<string, string> = {}, body: Buffer = BODY): Answering =>
    (_request, response) => {
      const fields = { "content-length": body.length, "cache-control": "max-age=60", etag: '"v1"' };
      response.writeHead(200, { "content-type": "text/plain", ...fields, ...headers }).end(body);
    };

  async function stored(headers: Record<string, string> = {}, body = BODY): Promise<EdgeClient> {
    const client = await aClient();
    origin.answers(whole(headers, body));
    await client.get("/");
    await edge.settled();
    origin.seen = [];
    return client;
  }

  describe("of a stored 200", () => {
    const SINGLE: readonly [range: string, contentRange: string, text: string][] = [
      ["bytes=0-4", "bytes 0-4/36", "01234"],
      ["bytes=10-12", "bytes 10-12/36", "abc"],
      ["bytes=-3", "bytes 33-35/36", "xyz"],
      ["bytes=-100", "bytes 0-35/36", BODY.toString()],
      ["bytes=30-", "bytes 30-35/36", "uvwxyz"],
      ["bytes=30-99", "bytes 30-35/36", "uvwxyz"],
      ["BYTES=35-35", "bytes 35-35/36", "z"],
      ["bytes=0-4,3-6", "bytes 0-6/36", "0123456"], // overlapping: as one
      ["bytes=0-1,99-", "bytes 0-1/36", "01"], // the second lies beyond
    ];
    for (const [range, contentRange, text] of SINGLE) {
      it(`answers ${range} with ${contentRange}`, async () => {
        const client = await stored();
        const answer = await client.get("/", { range });
        expect(answer.status).toBe(206);
        expect(answer.header("content-range")).toBe(contentRange);
        expect(answer.header("content-length")).toBe(String(text.length));
        expect(answer.header("etag")).toBe('"v1"');
        expect(answer.text).toBe(text);
        expect(answer.header("cache-status")).toMatch(/^headgate; hit/);
        expect(origin.seen).toEqual([]);
      });
    }

    it("answers several ranges as multipart/byteranges, in the order asked", async () => {
      const client = await stored({ "content-type": "image/x" });
      const answer = await client.get("/", { range: "bytes=30-31, 0-2,-2" });
      expect(answer.status).toBe(206);
      expect(answer.header("content-range")).toBeNull();
      expect(Number(answer.header("content-length"))).toBe(answer.bytes.length);
      expect(multipart(answer)).toEqual([
        { type: "image/x", range: "bytes 30-31/36", text: "uv" },
        { type: "image/x", range: "bytes 0-2/36", text: "012" },
        { type: "image/x", range: "bytes 34-35/36", text: "yz" },
      ]);
    });

    const IGNORED = [
      "bytes=5-2",
      "lines=0-4",
      "bytes=",
      "bytes=a-b",
      `bytes=${Array(17).fill("0-0").join(",")}`,
    ];
    for (const range of IGNORED) {
      it(`gives the whole where the field says nothing: ${range.slice(0, 30)}`, async () => {
        const client = await stored();
        const answer = await client.get("/", { range });
        expect(answer.status).toBe(200);
        expect(answer.text).toBe(BODY.toString());
      });
    }

    it("answers 416 with the length where nothing of it is there, and not where one range is", async () => {
      const client = await stored();
      const answer = await client.get("/", { range: "bytes=36-" });
      expect(answer.status).toBe(416);
      expect(answer.header("content-range")).toBe("bytes */36");
      expect(answer.bytes.length).toBe(0);
      expect((await client.get("/", { range: "bytes=36-,0-0" })).status).toBe(206);
    });

    it("ignores Range on HEAD", async () => {
      const client = await stored();
      const answer = await client.ask("/", { method: "HEAD", headers: { range: "bytes=0-4" } });
      expect(answer.status).toBe(200);
      expect(answer.header("content-length")).toBe("36");
    });

    it("leaves an error page whole", async () => {
      const client = await aClient();
      origin.answers((_request, response) => {
        response.writeHead(404, { "cache-control": "max-age=60", "content-length": 4 }).end("gone");
      });
      await client.get("/");
      await edge.settled();
      const answer = await client.get("/", { range: "bytes=0-1" });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe("gone");
    });
  });

  describe("If-Range", () => {
    const MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT";
    const CASES: readonly [what: string, ifRange: string, headers: Record<string, string>, status: number][] =
      [
        ["the same strong tag", '"v1"', {}, 206],
        ["another tag", '"v0"', {}, 200],
        ["a weak tag, although it is the same", 'W/"v1"', { etag: 'W/"v1"' }, 200],
        ["the same date, long past", MODIFIED, { "last-modified": MODIFIED }, 206],
        ["another date", "Mon, 01 Jan 2024 00:00:01 GMT", { "last-modified": MODIFIED }, 200],
      ];
    for (const [what, ifRange, headers, status] of CASES) {
      it(`with ${what}: ${status}`, async () => {
        const client = await stored(headers);
        const answer = await client.get("/", { range: "bytes=0-4", "if-range": ifRange });
        expect(answer.status).toBe(status);
        expect(answer.text).toBe(status === 206 ? "01234" : BODY.toString());
        expect(origin.seen).toEqual([]);
      });
    }
  });

  describe("on a stale entry", () => {
    it("is cut after the origin has said that it still holds", async () => {
      const client = await stored();
      await edge.advance(DAY_MS / 2);
      origin.answers((_request, response) => void response.writeHead(304, { etag: '"v1"' }).end());
      const answer = await client.get("/", { range: "bytes=10-12" });
      expect(origin.last.headers["if-none-match"]).toBe('"v1"');
      expect(origin.last.headers.range).toBeUndefined();
      expect(answer.status).toBe(206);
      expect(answer.text).toBe("abc");
      expect(answer.header("cache-status")).toBe("headgate; fwd=stale; fwd-status=304; stored");
    });

    it("is cut from the new one where the origin has another", async () => {
      const client = await stored();
      await edge.advance(DAY_MS / 2);
      origin.answers(whole({ etag: '"v2"' }, Buffer.from("THE NEW ONE")));
      const answer = await client.get("/", { range: "bytes=4-6" });
      expect(answer.status).toBe(206);
      expect(answer.header("content-range")).toBe("bytes 4-6/11");
      expect(answer.header("content-length")).toBe("3");
      expect(answer.text).toBe("NEW");
      await edge.settled();
      expect((await client.get("/")).text).toBe("THE NEW ONE");
      expect(origin.seen).toHaveLength(1);
    });

    it("gives the whole of the new one to a client whose If-Range is of the old", async () => {
      const client = await stored();
      await edge.advance(DAY_MS / 2);
      origin.answers(whole({ etag: '"v2"' }, Buffer.from("THE NEW ONE")));
      const answer = await client.get("/", { range: "bytes=4-6", "if-range": '"v1"' });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe("THE NEW ONE");
    });

    it("stands in cut where the origin is down", async () => {
      const client = await stored({ "cache-control": "max-age=60, stale-if-error=100000" });
      await edge.advance(DAY_MS / 2);
      origin.answers((_request, response) => void response.writeHead(503).end());
      const answer = await client.get("/", { range: "bytes=-3" });
      expect(answer.status).toBe(206);
      expect(answer.text).toBe("xyz");
    });
  });

  describe("parts from the origin", () => {
    /** An origin that knows ranges, and the tag of whose representation a test may change. */
    function ranged(version = { etag: '"v1"', body: BODY }): Answering {
      return (request, response) => {
        const { etag, body } = version;
        const fields = { "cache-control": "max-age=60", "content-type": "text/plain", etag };
        const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
        const other = request.headers["if-range"] !== undefined && request.headers["if-range"] !== etag;
        if (!range || other)
          return void response.writeHead(200, { ...fields, "content-length": body.length }).end(body);
        const first = Number(range[1]);
        const last = range[2] === "" ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
        const piece = body.subarray(first, last + 1);
        const contentRange = `bytes ${first}-${last}/${body.length}`;
        response
          .writeHead(206, { ...fields, "content-range": contentRange, "content-length": piece.length })
          .end(piece);
      };
    }

    async function asked(client: EdgeClient, range?: string): Promise<Answer> {
      const answer = await client.get("/", range === undefined ? {} : { range });
      await edge.settled();
      return answer;
    }

    it("are stored, and serve what they hold", async () => {
      const client = await aClient();
      origin.answers(ranged());
      expect((await asked(client, "bytes=10-19")).header("cache-status")).toMatch(/; stored$/);
      const inside = await asked(client, "bytes=12-14");
      expect(inside.status).toBe(206);
      expect(inside.header("content-range")).toBe("bytes 12-14/36");
      expect(inside.text).toBe("cde");
      expect(origin.seen).toHaveLength(1);
      expect((await asked(client, "bytes=5-12")).header("cache-status")).toContain("fwd=partial");
      expect(origin.seen).toHaveLength(2);
    });

    const JOINED: readonly [what: string, first: string, second: string][] = [
      ["adjacent", "bytes=0-9", "bytes=10-19"],
      ["overlapping", "bytes=0-12", "bytes=8-19"],
      ["in the other order", "bytes=10-19", "bytes=0-9"],
    ];
    for (const [what, first, second] of JOINED) {
      it(`are joined where they are ${what}`, async () => {
        const client = await aClient();
        origin.answers(ranged());
        await asked(client, first);
        await asked(client, second);
        const across = await asked(client, "bytes=0-19");
        expect(across.text).toBe("0123456789abcdefghij");
        expect(across.header("cache-status")).toMatch(/^headgate; hit/);
        expect(origin.seen).toHaveLength(2);
      });
    }

    it("are not joined with parts of another version", async () => {
      const client = await aClient();
      origin.answers(ranged());
      await asked(client, "bytes=0-9");
      origin.answers(ranged({ etag: '"v2"', body: Buffer.from(BODY.toString().toUpperCase()) }));
      await asked(client, "bytes=10-19");
      const across = await asked(client, "bytes=0-19");
      expect(across.text).toBe("0123456789ABCDEFGHIJ");
      expect(origin.seen).toHaveLength(3);
    });

    it("are completed to the whole, asking only for what is missing", async () => {
      const client = await aClient();
      origin.answers(ranged());
      await asked(client, "bytes=0-9");
      const answer = await asked(client);
      expect(origin.last.headers.range).toBe("bytes=10-");
      expect(origin.last.headers["if-range"]).toBe('"v1"');
      expect(answer.status).toBe(200);
      expect(answer.header("content-length")).toBe("36");
      expect(answer.header("content-range")).toBeNull();
      expect(answer.text).toBe(BODY.toString());
      expect((await asked(client)).header("cache-status")).toMatch(/^headgate; hit/);
    });

    it("are let go where the origin has another version by then", async () => {
      const client = await aClient();
      origin.answers(ranged());
      await asked(client, "bytes=0-9");
      origin.answers(ranged({ etag: '"v2"', body: Buffer.from("another") }));
      const answer = await asked(client);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe("another");
      expect((await asked(client)).text).toBe("another");
    });

    const MISFITS: readonly [what: string, answering: (response: http.ServerResponse) => void][] = [
      [
        "another part than the one asked for",
        (response) =>
          response.writeHead(206, { "content-range": "bytes 20-35/36", etag: '"v1"' }).end(BODY.subarray(20)),
      ],
      [
        "the rest of another version",
        (response) =>
          response.writeHead(206, { "content-range": "bytes 10-35/36", etag: '"v2"' }).end(BODY.subarray(10)),
      ],
      ["that there is no such part", (response) => response.writeHead(416).end()],
    ];
    for (const [what, misfit] of MISFITS) {
      it(`never make a wrong whole: where the origin sends ${what}, the whole is asked for`, async () => {
        const client = await aClient();
        origin.answers(ranged());
        await asked(client, "bytes=0-9");
        origin.answers((request, response, seen) => {
          if (request.headers.range) misfit(response);
          else return whole({ etag: '"v2"' })(request, response, seen);
        });
        const answer = await asked(client);
        expect(answer.status).toBe(200);
        expect(answer.text).toBe(BODY.toString());
      });
    }

    it("of an unknown whole are passed on and not stored", async () => {
      const client = await aClient();
      origin.answers((_request, response) => {
        const headers = { "content-range": "bytes 0-4/*", "cache-control": "max-age=60" };
        response.writeHead(206, headers).end("01234");
      });
      const answer = await asked(client, "bytes=0-4");
      expect(answer.text).toBe("01234");
      expect(answer.header("cache-status")).toContain("detail=part-of-unknown-length");
    });

    it("that break are not stored", async () => {
      const client = await aClient();
      origin.answers((_request, response) => {
        const headers = {
          "content-range": "bytes 0-9/36",
          "content-length": 10,
          "cache-control": "max-age=60",
        };
        response.writeHead(206, { ...headers, etag: '"v1"' }).write("01234", () => response.destroy());
      });
      await expect(client.get("/", { range: "bytes=0-9" })).rejects.toThrow();
      await edge.settled();
      origin.answers(ranged());
      expect((await asked(client, "bytes=0-4")).header("cache-status")).toContain("fwd=uri-miss");
    });
  });

  it("pass a body through that is too big to be held, cut by the origin", async () => {
    const client = await aClient();
    const big = Buffer.alloc(12 * 1_048_576, "x");
    origin.answers(whole({}, big));
    expect((await client.get("/big")).bytes.length).toBe(big.length);
    await edge.settled();
    origin.answers((_request, response) => {
      const headers = { "content-range": `bytes 0-9/${big.length}`, "content-length": 10 };
      response.writeHead(206, headers).end("x".repeat(10));
    });
    const answer = await client.get("/big", { range: "bytes=0-9" });
    expect(origin.last.headers.range).toBe("bytes=0-9");
    expect(answer.status).toBe(206);
  });
});

/** The parts of a multipart/byteranges body, read strictly (RFC 2046 §5.1). */
function multipart(answer: Answer) {
  const [, boundary = ""] =
    /^multipart\/byteranges; boundary=([0-9a-f]+)$/.exec(answer.header("content-type") ?? "") ?? [];
  expect(boundary).not.toBe("");
  const pieces = answer.text.split(`\r\n--${boundary}`);
  expect(pieces.shift()).toBe("");
  expect(pieces.pop()).toBe("--\r\n");
  return pieces.map((piece) => {
    const [head = "", ...rest] = piece.slice(2).split("\r\n\r\n");
    const fields = new Headers(head.split("\r\n").map((line) => line.split(": ") as [string, string]));
    return {
      type: fields.get("content-type"),
      range: fields.get("content-range"),
      text: rest.join("\r\n\r\n"),
    };
  });
}
