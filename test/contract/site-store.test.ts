// The stores of sites that the edge writes: Workers KV, and the folder of `headgate serve`, here with KV in place of the disk.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SiteFiles } from "../../worker/adapters/site-files.ts";
import { folderSiteStore, kvSiteStore } from "../../worker/adapters/site-store.ts";
import type { SiteStore } from "../../worker/publishing/site-store.ts";

const kv = (env as unknown as { SITES: KVNamespace }).SITES;

const listing = {
  fetch: async () => Response.json((await kv.list()).keys.map(({ name }) => ({ name }))),
} as unknown as Fetcher;

/** `fail`: a key that cannot be written. */
function folderStore(fail?: string): SiteStore {
  const files = {
    get: (key: string) => kv.get(key),
    put: (key: string, value: string) =>
      key === fail ? Promise.reject(new Error("disk full")) : kv.put(key, value),
    delete: (key: string) => kv.delete(key),
  } as unknown as KVNamespace;
  const siteFiles = new SiteFiles();
  const state = {
    fetch: (url: string, init: RequestInit) => siteFiles.answer(new Request(url, init), files),
  } as unknown as Fetcher;
  return folderSiteStore(kv, listing, state);
}

const DONE = (...keys: string[]) => ({ done: new Set(keys), unsure: new Set(), failure: undefined });

describe.each([
  ["Workers KV", () => kvSiteStore(kv)],
  ["a folder", () => folderStore()],
])("the store of sites in %s", (name, open) => {
  const [a, b] = [`site:a.${name.length}.test`, `site:b.${name.length}.test`] as const;

  it("reads what was written, and null for what is not there", async () => {
    const store = open();
    expect(await store.write([{ key: a, value: "one" }])).toEqual(DONE(a));
    expect(await store.read([a, b])).toEqual({
      ok: true,
      value: new Map([
        [a, "one"],
        [b, null],
      ]),
    });
  });

  it("has nothing under a key that is too long for it", async () => {
    const key = `site:${"é".repeat(300)}`;
    expect(await open().read([key])).toEqual({ ok: true, value: new Map([[key, null]]) });
  });

  it("lists the keys of sites and no others", async () => {
    const store = open();
    await store.write([
      { key: a, value: "one" },
      { key: "version:a.test:0123456789ab", value: "text" },
    ]);
    const listed = await store.list();
    expect(listed.ok && listed.value).toContain(a);
    expect(listed.ok && listed.value.filter((key) => !key.startsWith("site:"))).toEqual([]);
  });

  it("removes a key, also one that is not there", async () => {
    const store = open();
    await store.write([{ key: a, value: "one" }]);
    expect(await store.remove([a, b])).toEqual(DONE(a, b));
    expect(await store.read([a])).toEqual({ ok: true, value: new Map([[a, null]]) });
  });
});

describe("the store of sites in a folder", () => {
  it("writes nothing if a key holds something else than was seen", async () => {
    const store = folderStore();
    const [key, other] = ["site:seen.test", "site:other.test"] as const;
    await store.write([{ key, value: "one" }]);
    const entries = [
      { key: other, value: "mine" },
      { key, value: "mine" },
    ];
    expect(await store.write(entries, new Map([[key, null]]))).toEqual({
      done: new Set(),
      unsure: new Set(),
      failure: "somebody else has published the same site at the same moment",
      isOvertaken: true,
    });
    expect(await kv.get(other)).toBeNull();
    expect(await store.write(entries, new Map([[key, "one"]]))).toEqual(DONE(other, key));
  });

  it("removes nothing if a key holds something else than was seen", async () => {
    const store = folderStore();
    const key = "site:removed.test";
    await store.write([{ key, value: "one" }]);
    expect(await store.remove([key], new Map([[key, "another"]]))).toMatchObject({ done: new Set() });
    expect(await kv.get(key)).toBe("one");
    expect(await store.remove([key], new Map([[key, "one"]]))).toEqual(DONE(key));
  });

  it("lets one of many win who have seen the same", async () => {
    const store = folderStore();
    const key = "site:race.test";
    const all = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => store.write([{ key, value: `${number}` }], new Map([[key, null]]))),
    );
    expect(all.filter(({ failure }) => failure === undefined)).toHaveLength(1);
    expect(await kv.get(key)).toBe("1");
  });

  it("says what is written, what is unsure and what is not, where the disk fails", async () => {
    const store = folderStore("site:second.test");
    const entries = ["first", "second", "third"].map((name) => ({ key: `site:${name}.test`, value: name }));
    expect(await store.write(entries)).toEqual({
      done: new Set(["site:first.test"]),
      unsure: new Set(["site:second.test"]),
      failure: "the folder of the sites cannot be written: Error: disk full",
    });
    expect(await store.write([{ key: "site:third.test", value: "x" }])).toEqual(DONE("site:third.test")); // goes on
  });

  it("is unsure of everything if the state process does not answer", async () => {
    const state = { fetch: () => Promise.reject(new Error("gone")) } as unknown as Fetcher;
    expect(await folderSiteStore(kv, listing, state).write([{ key: "site:a.test", value: "x" }])).toEqual({
      done: new Set(),
      unsure: new Set(["site:a.test"]),
      failure: "the state process did not answer: Error: gone",
    });
  });
});

describe("the store of sites in Workers KV", () => {
  it("says which writes failed, and that a reading failed", async () => {
    const failing = {
      get: () => Promise.reject(new Error("500")),
      put: (key: string) => (key === "site:b.test" ? Promise.reject(new Error("429")) : Promise.resolve()),
    } as unknown as KVNamespace;
    const store = kvSiteStore(failing);
    expect(
      await store.write([
        { key: "site:a.test", value: "a" },
        { key: "site:b.test", value: "b" },
      ]),
    ).toEqual({
      done: new Set(["site:a.test"]),
      unsure: new Set(["site:b.test"]),
      failure: "the store of the sites failed: Error: 429",
    });
    expect(await store.read(["site:a.test"])).toEqual({
      ok: false,
      error: "the store of the sites failed: Error: 500",
    });
  });
});
