import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { embeddedSites, kvSites } from "../../worker/adapters/site-texts.ts";
import { siteTextsContract } from "./site-texts.contract.ts";

const kv = (env as unknown as { SITES: KVNamespace }).SITES;

siteTextsContract("embedded sites", async (texts) => embeddedSites(texts));

siteTextsContract("sites in Workers KV", async (texts) => {
  await Promise.all(Object.entries(texts).map(([pattern, text]) => kv.put(siteKey(pattern), text)));
  return kvSites(kv);
});

describe("sites in Workers KV", () => {
  it("are seen to fail where KV refuses to answer", async () => {
    const refusing = { get: () => Promise.reject(new Error("KV GET failed: 429 Too Many Requests")) };
    await expect(kvSites(refusing as unknown as KVNamespace).read("shop.test")).rejects.toThrow("429");
  });

  it("are absent under a key that KV cannot have, and KV is not asked", async () => {
    const keys: string[] = [];
    const recording = {
      get: async (key: string) => {
        keys.push(key);
        return "text";
      },
    } as unknown as KVNamespace;
    const longest = "x".repeat(512 - siteKey("").length);
    expect(await kvSites(recording).read(longest)).toBe("text");
    expect(await kvSites(recording).read(`${longest}x`)).toBeUndefined();
    expect(keys).toEqual([siteKey(longest)]);
  });

  it("are seen to fail where KV does not answer in time", async () => {
    const silent = { get: () => new Promise(() => {}) } as unknown as KVNamespace;
    await expect(kvSites(silent, 20).read("shop.test")).rejects.toThrow("KV did not answer within 20 ms");
  });

  it("find the text of a version, of this site and no other", async () => {
    await kv.put(versionKey("[::1]", "0123456789ab"), "text");
    const sites = kvSites(kv);
    expect(await sites.readVersion?.({ site: "[::1]", version: "0123456789ab" })).toBe("text");
    expect(await sites.readVersion?.({ site: "[::1]", version: "0123456789ac" })).toBeUndefined();
    expect(await sites.readVersion?.({ site: "[::", version: "0123456789ab" })).toBeUndefined();
  });

  it("keep a version for a day, and look past what was kept when they are told", async () => {
    const times: unknown[] = [];
    const recording = {
      get: async (_key: string, options: unknown) => {
        times.push(options);
        return null;
      },
    } as unknown as KVNamespace;
    const sites = kvSites(recording);
    await sites.readVersion?.({ site: "shop.test", version: "v1" });
    await sites.readVersion?.({ site: "shop.test", version: "v1" }, "unseen");
    await sites.read("shop.test");
    expect(times).toEqual([{ cacheTtl: 86_400 }, { cacheTtl: 30 }, { cacheTtl: 30 }]);
  });

  it("follow what is written and deleted", async () => {
    await kv.put(siteKey("changing.test"), "one");
    const sites = kvSites(kv);
    expect(await sites.read("changing.test")).toBe("one");
    await kv.put(siteKey("changing.test"), "two");
    expect(await sites.read("changing.test")).toBe("two");
    await kv.delete(siteKey("changing.test"));
    expect(await sites.read("changing.test")).toBeUndefined();
  });
});
