// What a download in slices draws from the subrequests of one request, with a shared store that counts the calls.
import { describe, expect, it } from "vitest";
import { CACHE_CALLS, FREE_SUBREQUESTS } from "../../../shared/subrequests.ts";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import { Subrequests } from "../../../worker/balancing/subrequests.ts";
import type { Store } from "../../../worker/ports.ts";
import { anIsolate, pushed } from "../../support/isolate.ts";

const SLICE = 65_536;

/** A store that isolates share, which costs what the Cache API costs (contract/cache-api-store.test.ts). */
function aCountedStore(now: () => number) {
  const real = memoryStore(100 * SLICE, { now });
  const counted = { calls: 0 };
  const costs = (calls: number) => {
    counted.calls += calls;
  };
  const store: Store = {
    ...real,
    isShared: true,
    takes: () => true,
    get: async (key) => {
      costs(CACHE_CALLS.get);
      return real.get(key);
    },
    put: async (key, entry, body) => {
      costs(CACHE_CALLS.put);
      await real.put(key, entry, body);
    },
  };
  return { store, counted };
}

/** `cuts`: the origin breaks the first answer for each slice off that comes after this many. */
async function aDownload(slices: number, isStated: boolean, { mirror = false, cuts = slices } = {}) {
  const bytes = slices * SLICE;
  const asked: number[] = [];
  const copies = { count: 0 };
  const now = () => 1_700_000_000_000;
  const { store, counted } = aCountedStore(now);
  const isolate = anIsolate({
    texts: await pushed({
      hosts: ["shop.test"],
      pools: {
        web: { origins: [{ id: "a", url: "https://a.test" }] },
        copies: { origins: [{ id: "c", url: "https://copies.test" }] },
      },
      routes: [
        { id: "all", to: "web", cache: { slice: "64KiB" }, ...(mirror && { mirror: { to: "copies" } }) },
      ],
    } as { hosts: string[] }),
    store,
    now,
    subrequests: new Subrequests({ most: FREE_SUBREQUESTS, isStated }),
    origin: async ({ url, headers }) => {
      if (url.startsWith("https://copies.test")) copies.count++;
      if (url.startsWith("https://copies.test")) return { body: "" };
      const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
      const index = Number(first) / SLICE;
      const isCut = index >= cuts && !asked.includes(index);
      asked.push(index);
      const range = `bytes ${first}-${last}/${bytes}`;
      return {
        status: 206,
        body: "x".repeat(isCut ? 10 : SLICE),
        headers: { etag: '"v1"', "content-range": range, "content-length": String(SLICE) },
      };
    },
  });
  const got = await isolate.ask("GET", {}, "/file").then(
    (text) => text.length / SLICE,
    () => "broken",
  );
  const subrequests = asked.length + copies.count + counted.calls;
  return { got, asked: asked.length, copies: copies.count, subrequests };
}

describe("a download in slices on the free plan", () => {
  it("gets through the nine slices that `check` speaks of, and one more", async () => {
    const { got, asked, subrequests } = await aDownload(10, true);
    expect([got, asked]).toEqual([10, 10]);
    expect(subrequests).toBeLessThanOrEqual(FREE_SUBREQUESTS);
  });

  it("breaks off before it starts what the platform refuses", async () => {
    const { got, asked, subrequests } = await aDownload(30, true);
    expect([got, asked]).toEqual(["broken", 10]);
    expect(subrequests).toBeLessThanOrEqual(FREE_SUBREQUESTS);
  });

  it("goes on where nobody has said what the plan allows: the platform refuses it, if it has to", async () => {
    expect(await aDownload(30, false)).toMatchObject({ got: 30, asked: 30 });
  });

  it("asks once more for a slice that broke off, but not when that cannot be had", async () => {
    expect(await aDownload(8, false, { cuts: 2 })).toMatchObject({ got: 8, asked: 14 });
    expect(await aDownload(30, false, { cuts: 20 })).toMatchObject({ got: "broken", asked: 21 });
  });

  it("sends no copies to a mirror when they cannot be had", async () => {
    expect(await aDownload(5, false, { mirror: true })).toMatchObject({ got: 5, copies: 5 });
    const { got, copies } = await aDownload(30, false, { mirror: true });
    expect([got, copies]).toEqual([30, 8]);
  });
});
