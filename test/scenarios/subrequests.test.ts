// A plan that starts only so many subrequests for a request. The operator has told the edge, so nothing beyond is asked of anybody.
import { describe, expect, it } from "vitest";
import { FREE_SUBREQUESTS, KEPT_BACK } from "../../shared/subrequests.ts";
import { useEdge } from "../support/edge.ts";
import { aFile, serves } from "../support/file-server.ts";
import { afterBody, type TestOrigin, useOrigin } from "../support/origin.ts";

const ALLOWED = 6;
const SLICE = 65_536;

describe("an edge whose plan allows six attempts for a request", () => {
  const edge = useEdge({ HEADGATE_SUBREQUESTS: String(ALLOWED + KEPT_BACK) });
  const a = useOrigin(undefined, edge);
  const b = useOrigin(undefined, edge);
  const copies = useOrigin();

  const busy = (origin: TestOrigin, name: string) =>
    origin.answers(afterBody((_request, response) => void response.writeHead(503).end(`${name} is busy`)));
  const twelveOf = (url: string) => Array.from({ length: 12 }, (_, at) => ({ id: `o${at}`, url }));

  it("asks six origins, passes on what the last one said, and the log says why", async () => {
    busy(a, "a");
    const client = await edge.site({
      pools: { web: { origins: twelveOf(a.url), retry: { attempts: 10 } } },
      routes: [{ id: "all", to: "web", cache: "off" }],
    });
    const answer = await client.get("/retried");
    expect([answer.status, answer.text, a.seen.length]).toEqual([503, "a is busy", ALLOWED]);
    expect(answer.header("proxy-status")).toContain("no further attempt: subrequests-used-up");
    expect(await edge.record("/retried")).toMatchObject({ stoppedBy: "subrequests-used-up", refusal: null });
  });

  it("asks the second pool with what the first one and the copies have left", async () => {
    busy(a, "a");
    busy(b, "b");
    const retry = { attempts: 3 };
    const client = await edge.site({
      pools: {
        first: { origins: twelveOf(a.url), retry },
        second: { origins: twelveOf(b.url), retry },
        third: { origins: twelveOf(b.url), retry },
        copies: { origins: [{ id: "c", url: copies.url }] },
      },
      routes: [{ id: "all", to: ["first", "second", "third"], cache: "off", mirror: { to: "copies" } }],
    });
    const answer = await client.get("/mirrored");
    await edge.settled();
    expect([answer.status, answer.text]).toEqual([503, "b is busy"]);
    expect([a.seen.length, b.seen.length, copies.seen.length]).toEqual([3, 1, 2]);
  });

  it("counts the server that decides who gets in", async () => {
    busy(a, "a");
    const client = await edge.site({
      pools: { web: { origins: twelveOf(a.url), retry: { attempts: 10 } } },
      routes: [{ id: "all", to: "web", cache: "off", auth: { forward: { url: copies.url } } }],
    });
    expect((await client.get("/")).status).toBe(503);
    expect([copies.seen.length, a.seen.length]).toEqual([1, ALLOWED - 1]);
  });

  it("asks no sorry pool and no pool for the page of an error, and gives the error itself", async () => {
    a.answers((request) => void request.socket.destroy());
    const client = await edge.site({
      pools: {
        web: { origins: twelveOf(a.url), retry: { attempts: 10 }, sorry: "spare" },
        spare: { origins: [{ id: "b", url: b.url }] },
      },
      routes: [
        { id: "all", to: "web", cache: "off", errors: { pages: { "5xx": { pool: "spare", path: "/5xx" } } } },
      ],
    });
    const answer = await client.get("/");
    expect([answer.status, answer.header("content-type")]).toEqual([502, "application/problem+json"]);
    expect([a.seen.length, b.seen.length]).toEqual([ALLOWED, 0]);
  });

  it("breaks a download in slices off where it can ask for no more, and the next request goes on there", async () => {
    const file = aFile(10 * SLICE);
    a.answers(serves({ file, headers: { etag: '"v1"', "cache-control": "max-age=60" } }));
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: a.url }] } },
      routes: [{ id: "all", to: "web", cache: { slice: "64KiB" } }],
    });
    await expect(client.get("/file")).rejects.toThrow();
    await edge.settled();
    expect(a.seen).toHaveLength(ALLOWED);

    const again = await client.get("/file");
    expect(Buffer.compare(again.bytes, file)).toBe(0);
    expect(a.seen).toHaveLength(10);
  });
});

describe("an edge on Cloudflare to which nobody has told the plan", () => {
  const edge = useEdge({ HEADGATE_RUNS_ON: "cloudflare" });
  const dying = useOrigin();
  const spare = useOrigin();

  it("leaves out what can be left out once the fifty of the free plan are used up: pools, sorry, pages", async () => {
    dying.answers((request) => void request.socket.destroy());
    const ten = { origins: [{ id: "a", url: dying.url }], retry: { attempts: 10 } };
    const client = await edge.site({
      pools: {
        ...{ p0: { ...ten, sorry: "spare" }, p1: ten, p2: ten, p3: ten, p4: ten },
        spare: { origins: [{ id: "b", url: spare.url }] },
      },
      routes: [
        {
          id: "all",
          to: ["p0", "p1", "p2", "p3", "p4", "spare"],
          cache: "off",
          errors: { pages: { "5xx": { pool: "spare", path: "/5xx" } } },
        },
      ],
    });
    expect((await client.get("/")).status).toBe(502);
    expect([dying.seen.length, spare.seen.length]).toEqual([FREE_SUBREQUESTS - KEPT_BACK, 0]);
  });
});
