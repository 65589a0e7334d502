// What may a request cost? Counted, not timed: the numbers are the same on a machine that is busy. They may fall; one
// that has to rise is a decision.
import { describe, expect, it } from "vitest";
import { type Changes, limitedBy, oneSite } from "../../../bench/sites.ts";
import { headerWorkOf } from "./counting.ts";
import { EdgeInProcess } from "./edge-in-process.ts";

const SAYS = { "content-type": "text/html", etag: '"1"' };
const ask = () => new Request("http://bench.test/page", { headers: { host: "bench.test", accept: "*/*" } });

/** An edge that has answered the same request before. */
async function aWarmEdge(cacheControl: string, changes: Changes = {}): Promise<EdgeInProcess> {
  const says = { ...SAYS, "cache-control": cacheControl };
  const edge = new EdgeInProcess(oneSite("http://origin.test", changes), says, "a page");
  for (let time = 0; time < 2; time++) {
    const reply = await edge.serve(ask());
    await new Response(reply.body as BodyInit).text();
    await edge.settled();
  }
  return edge;
}

describe("a hit in memory", () => {
  it("copies the stored fields once, and touches few", async () => {
    const edge = await aWarmEdge("max-age=60");
    const request = ask();
    const { made, read, written } = await headerWorkOf(() => edge.serve(request));
    expect(made).toBeLessThanOrEqual(1);
    expect(read).toBeLessThanOrEqual(14);
    expect(written).toBeLessThanOrEqual(12);
  });

  it("asks nobody: no origin, no store of sites, no digest, nothing in the background", async () => {
    const edge = await aWarmEdge("max-age=60");
    const before = { ...edge.asked };
    await edge.serve(ask());
    expect(edge.asked).toEqual(before);
  });

  it("hands out the stored bytes themselves", async () => {
    const edge = await aWarmEdge("max-age=60");
    const [one, other] = [await edge.serve(ask()), await edge.serve(ask())];
    expect(one.body).toBeInstanceOf(Uint8Array);
    expect(other.body).toBe(one.body);
  });
});

describe("a hit in memory with a limit that the isolate counts", () => {
  /** Of one without a limit, and of one with it. */
  const fieldsWritten = async (limit: Parameters<typeof limitedBy>[0]) => {
    const edges = [await aWarmEdge("max-age=60"), await aWarmEdge("max-age=60", limitedBy(limit))];
    const counted: number[] = [];
    for (const edge of edges) {
      const before = { ...edge.asked };
      const request = ask();
      counted.push((await headerWorkOf(() => edge.serve(request))).written);
      expect(edge.asked).toEqual(before);
    }
    return counted;
  };

  it("asks nobody, and touches no field unless the client is told what is left", async () => {
    const [plain = 0, limited] = await fieldsWritten({});
    expect(limited).toBe(plain);
    expect((await fieldsWritten({ fields: "always" }))[1]).toBe(plain + 2);
  });

  it("is answered before anything is awaited", async () => {
    const edge = await aWarmEdge("max-age=60", limitedBy({}));
    expect(edge.serveAtOnce(ask())).not.toBeInstanceOf(Promise);
  });
});

describe("a pass-through", () => {
  it("copies the client's fields once, and the origin's not at all", async () => {
    const edge = await aWarmEdge("no-store");
    const request = ask();
    const { made, read, written } = await headerWorkOf(() => edge.serve(request));
    expect(made).toBeLessThanOrEqual(1);
    expect(read).toBeLessThanOrEqual(32);
    expect(written).toBeLessThanOrEqual(31);
  });

  it("asks one origin once, and leaves nothing to do in the background", async () => {
    const edge = await aWarmEdge("no-store");
    const before = { ...edge.asked };
    await edge.serve(ask());
    expect(edge.asked).toEqual({ ...before, origins: before.origins + 1 });
  });
});
