import { describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { useEdge } from "../support/edge.ts";
import { replies, useOrigin } from "../support/origin.ts";

describe("a pool over the live edge", () => {
  const edge = useEdge();
  const a = useOrigin(replies(["a"]));
  const b = useOrigin(replies(["b"]));
  const c = useOrigin(replies(["c"]));

  const pool = (rest: { balance?: "weighted" | "first" }, weights: [number, number, number]) =>
    edge.site({
      pools: {
        web: {
          ...rest,
          origins: [a, b, c].map((origin, at) => ({
            id: "abc".charAt(at),
            url: origin.url,
            weight: weights[at] ?? 0,
          })),
        },
      },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });

  async function countAnswers(client: EdgeClient, requests: number): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let request = 0; request < requests; request++) {
      const { text } = await client.get("/");
      counts[text] = (counts[text] ?? 0) + 1;
    }
    return counts;
  }

  it("spreads requests by weight: evenly spread dice come out exactly", async () => {
    const client = await pool({}, [5, 3, 2]);
    await client.get("/"); // the site is loaded
    const random = Array.from({ length: 40 }, (_, at) => (at + 0.5) / 40);
    // Each request throws twice: for its origin, and for whether it is logged.
    await edge.control({ randoms: random.flatMap((point) => [point, 0]) });
    expect(await countAnswers(client, 40)).toEqual({ a: 20, b: 12, c: 8 });
  });

  it("throws real dice: all of 60 requests to one of two equal origins is a one in 10^18 chance", async () => {
    const client = await pool({}, [1, 1, 0]);
    const { a: ofA = 0, b: ofB = 0, ...others } = await countAnswers(client, 60);
    expect(others).toEqual({});
    expect(Math.min(ofA, ofB)).toBeGreaterThan(0);
  });

  it("asks the first of the file with balance: first", async () => {
    expect(await countAnswers(await pool({ balance: "first" }, [1, 100, 100]), 10)).toEqual({ a: 10 });
  });

  it("gives an origin with weight 0 nothing", async () => {
    expect(await countAnswers(await pool({ balance: "first" }, [0, 1, 1]), 5)).toEqual({ b: 5 });
  });

  it("puts the origin's base path before the request's", async () => {
    const client = await edge.site({
      pools: { web: { origins: [{ id: "a", url: `${a.url}/shop/` }] } },
      routes: [{ id: "rest", to: "web", cache: "off" }],
    });
    await client.get("/cart?id=1");
    expect(a.last.url).toBe("/shop/cart?id=1");
  });
});
