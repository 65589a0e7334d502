import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
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
  it("are seen to fail where KV refuses the key", async () => {
    await expect(kvSites(kv).read("x".repeat(600))).rejects.toThrow("414");
  });

  it("are seen to fail where KV does not answer in time", async () => {
    const silent = { get: () => new Promise(() => {}) } as unknown as KVNamespace;
    await expect(kvSites(silent, 20).read("shop.test")).rejects.toThrow("KV did not answer within 20 ms");
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
