import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

describe("the emulated platform", () => {
  it("binds the KV namespace that wrangler.toml names", async () => {
    const { SITES } = env as unknown as { SITES: KVNamespace };
    await SITES.put("site:bindings.test", "{}");
    expect(await SITES.get("site:bindings.test")).toBe("{}");
  });

  it("loads the Worker, which knows no site yet", async () => {
    const worker = (exports as unknown as { default: Fetcher }).default;
    const response = await worker.fetch("http://nobody.test/");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });
});
