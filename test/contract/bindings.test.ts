import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { portsOf } from "../../worker/adapters/env.ts";

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

describe("how many subrequests a request may start", () => {
  const limitOf = (given: Record<string, string>) =>
    portsOf({ EMBEDDED_SITES: {}, ...given }).subrequestLimit;

  it("is what the variable says; else the free plan's on Cloudflare, and without a limit elsewhere", () => {
    expect(limitOf({})).toEqual({ most: 50, isStated: false });
    expect(limitOf({ HEADGATE_SUBREQUESTS: "10000" })).toEqual({ most: 10_000, isStated: true });
    expect(limitOf({ HEADGATE_RUNS_ON: "standalone" })).toBeUndefined();
  });

  it("is a number", () => {
    for (const HEADGATE_SUBREQUESTS of ["", "5", "many", "-50", "1e4"])
      expect(() => limitOf({ HEADGATE_SUBREQUESTS })).toThrow("write a number from 10");
  });
});
