import { describe, expect, it } from "vitest";
import { originFetch } from "../../worker/adapters/origin-fetch.ts";
import type { RunsOn } from "../../worker/adapters/peer.ts";
import type { Body } from "../../worker/message.ts";

/** What the platform's fetch is given. */
async function initFor(runsOn: RunsOn, method: string, body: Body): Promise<RequestInit | undefined> {
  const given: RequestInit[] = [];
  const origins = originFetch(runsOn, {
    fetching: async (_url, init) => {
      given.push(init);
      return new Response("hello");
    },
  });
  const headers = new Headers({ "x-mine": "1" });
  const url = "https://origin.test/";
  const { ok } = await origins.fetch({ url, method, headers, body, firstByteMs: 1_000, totalMs: undefined });
  expect(ok).toBe(true);
  return given[0];
}

describe("a fetch to an origin", () => {
  for (const method of ["GET", "HEAD", "POST", "QUERY"]) {
    it(`goes past the cache that Cloudflare keeps under it: ${method}`, async () => {
      const init = await initFor("cloudflare", method, method === "POST" ? "body" : null);
      expect(init).toMatchObject({ cf: { cacheTtl: -1, cacheLevel: "bypass" } });
      expect(init).not.toHaveProperty("cache"); // it would write Cache-Control and Pragma into the request
      expect([...new Headers(init?.headers)]).toEqual([["x-mine", "1"]]);
    });

    it(`is told nothing of the kind where there is none: ${method}`, async () => {
      expect(await initFor("standalone", method, null)).not.toHaveProperty("cf");
    });
  }
});

it("the platform takes what it is told", async () => {
  const cf = { cacheTtl: -1, cacheLevel: "bypass" } as const;
  const request = new Request("https://origin.test/", { cf });
  expect(request.cf).toEqual(cf);
  expect([...request.headers]).toEqual([]);
});

// Cloudflare says so with and without a sentence on its limits.
it.each(["Too many subrequests.", "Too many subrequests by single Worker invocation."])(
  "an attempt that the platform does not start says nothing of its origin: %s",
  async (message) => {
    const origins = originFetch("cloudflare", { fetching: () => Promise.reject(new Error(message)) });
    const request = {
      method: "GET",
      headers: new Headers(),
      body: null,
      firstByteMs: 1_000,
      totalMs: undefined,
    };
    expect(await origins.fetch({ url: "https://origin.test/", ...request })).toEqual({
      ok: false,
      error: { kind: "too-many-subrequests" },
    });
  },
);
