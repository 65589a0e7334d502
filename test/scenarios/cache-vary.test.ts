// Variants of one URL: whoever differs in what the origin names in Vary gets an answer of their own.
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_VARIANTS } from "../../worker/caching/law/variants.ts";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { useOrigin } from "../support/origin.ts";

const FRESH = { "cache-control": "max-age=60" };

describe("variants", () => {
  const edge = useEdge();
  const origin = useOrigin(undefined, edge);

  const aClient = (cache: object = {}): Promise<EdgeClient> =>
    edge.site({
      pools: { web: { origins: [{ id: "a", url: origin.url }] } },
      routes: [{ id: "all", to: "web", cache }],
    });

  /** Says what it was asked with. */
  function echoes(name: string, vary = name): void {
    origin.answers((request, response) => {
      response.writeHead(200, { ...FRESH, vary }).end(`for ${request.headers[name] ?? "nobody"}`);
    });
  }

  async function asked(client: EdgeClient, headers: Record<string, string> = {}) {
    const answer = await client.get("/", headers);
    await edge.settled();
    return [answer.text, answer.header("cache-status")?.split("; ")[1]];
  }

  it("are told apart, and a third client gets the one that fits", async () => {
    const client = await aClient();
    echoes("x-plan");
    expect(await asked(client, { "x-plan": "gold" })).toEqual(["for gold", "fwd=uri-miss"]);
    expect(await asked(client, { "x-plan": "free" })).toEqual(["for free", "fwd=vary-miss"]);
    expect(await asked(client, { "x-plan": "free" })).toEqual(["for free", "hit"]);
    expect(await asked(client, { "x-plan": "gold" })).toEqual(["for gold", "hit"]);
    expect(await asked(client)).toEqual(["for nobody", "fwd=vary-miss"]);
    expect(await asked(client, { "x-plan": "" })).toEqual(["for ", "fwd=vary-miss"]); // empty is not absent
    expect(origin.seen).toHaveLength(4);
  });

  it("of several names differ in any of them", async () => {
    const client = await aClient();
    origin.answers((request, response) => {
      const { "x-a": a, "x-b": b } = request.headers;
      response.writeHead(200, { ...FRESH, vary: "X-A, x-b" }).end(`${a}/${b}`);
    });
    for (const [a, b] of [
      ["1", "1"],
      ["1", "2"],
      ["2", "1"],
    ] as const) {
      expect(await asked(client, { "x-a": a, "x-b": b })).toEqual([
        `${a}/${b}`,
        expect.stringContaining("miss"),
      ]);
    }
    expect(await asked(client, { "x-b": "2", "x-a": "1" })).toEqual(["1/2", "hit"]);
  });

  it("are never more than the cap: the oldest is forgotten", async () => {
    const client = await aClient();
    echoes("x-n");
    for (let n = 0; n <= MAX_VARIANTS; n++) await asked(client, { "x-n": String(n) });
    expect(await asked(client, { "x-n": String(MAX_VARIANTS) })).toEqual([`for ${MAX_VARIANTS}`, "hit"]);
    expect(await asked(client, { "x-n": "1" })).toEqual(["for 1", "hit"]);
    expect(await asked(client, { "x-n": "0" })).toEqual(["for 0", "fwd=vary-miss"]);
  });

  it("follow the origin where it changes what it varies on", async () => {
    const client = await aClient();
    echoes("x-a");
    await asked(client, { "x-a": "1", "x-b": "1" });
    origin.answers((request, response) => {
      response.writeHead(200, { ...FRESH, vary: "x-a, x-b" }).end(`b${request.headers["x-b"]}`);
    });
    expect(await asked(client, { "x-a": "2", "x-b": "1" })).toEqual(["b1", "fwd=vary-miss"]);
    expect(await asked(client, { "x-a": "2", "x-b": "2" })).toEqual(["b2", "fwd=vary-miss"]);
    expect(await asked(client, { "x-a": "2", "x-b": "1" })).toEqual(["b1", "hit"]);

    // And where it varies no more, one response is for all.
    origin.answers((_request, response) => void response.writeHead(200, FRESH).end("for all"));
    expect(await asked(client, { "x-a": "3", "x-b": "3" })).toEqual(["for all", "fwd=vary-miss"]);
    expect(await asked(client, { "x-a": "4" })).toEqual(["for all", "hit"]);
  });

  it("do not come about where the route ignores the name, and Vary: * is never stored", async () => {
    const client = await aClient({ vary: { "user-agent": "ignore" } });
    echoes("user-agent");
    await asked(client, { "user-agent": "one" });
    expect(await asked(client, { "user-agent": "two" })).toEqual(["for one", "hit"]);

    const other = await aClient();
    echoes("user-agent", "*");
    await asked(other);
    expect(await asked(other)).toEqual(["for nobody", "fwd=uri-miss"]);
  });

  describe("by encoding", () => {
    const TEXT = "all work and no play ".repeat(500);
    const PACKED = gzipSync(TEXT);

    async function aSite(): Promise<EdgeClient> {
      origin.answers((request, response) => {
        const packs = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
        const fields = { ...FRESH, vary: "Accept-Encoding", "content-type": "text/plain" };
        if (packs)
          response
            .writeHead(200, { ...fields, "content-encoding": "gzip", "content-length": PACKED.length })
            .end(PACKED);
        else response.writeHead(200, fields).end(TEXT);
      });
      return aClient();
    }

    it("pass compressed bytes untouched, first and from the store", async () => {
      const client = await aSite();
      for (const status of ["fwd=uri-miss", "hit"]) {
        const answer = await client.get("/", { "accept-encoding": "gzip, deflate, br" });
        await edge.settled();
        expect(answer.header("content-encoding")).toBe("gzip");
        expect(answer.header("content-length")).toBe(String(PACKED.length));
        expect(Buffer.compare(answer.bytes, PACKED)).toBe(0);
        expect(gunzipSync(answer.bytes).toString()).toBe(TEXT);
        expect(answer.header("cache-status")).toContain(status);
      }
    });

    it("give plain bytes to who cannot unpack, and the packed ones to who can, however they say so", async () => {
      const client = await aSite();
      const encodingFor = async (headers: Record<string, string>) => {
        const answer = await client.get("/", headers);
        await edge.settled();
        if (answer.header("content-encoding") === null) expect(answer.text).toBe(TEXT);
        else expect(Buffer.compare(answer.bytes, PACKED)).toBe(0);
        return answer.header("content-encoding");
      };
      expect(await encodingFor({})).toBeNull();
      expect(await encodingFor({ "accept-encoding": "gzip, br" })).toBe("gzip");
      expect(await encodingFor({ "accept-encoding": "br;q=0.9,gzip" })).toBe("gzip");
      expect(await encodingFor({ "accept-encoding": "identity" })).toBeNull();
      expect(await encodingFor({})).toBeNull();
      expect(origin.seen.map(({ headers }) => headers["accept-encoding"])).toEqual([
        undefined,
        "gzip, br",
        "identity",
      ]);
    });

    it("cut ranges out of the packed bytes", async () => {
      const client = await aSite();
      const headers = { "accept-encoding": "gzip" };
      await client.get("/", headers);
      await edge.settled();
      const answer = await client.get("/", { ...headers, range: "bytes=2-11" });
      expect(answer.header("content-encoding")).toBe("gzip");
      expect(Buffer.compare(answer.bytes, PACKED.subarray(2, 12))).toBe(0);
    });
  });
});
