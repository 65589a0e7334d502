import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { fromKv, type GivenSite, headgate } from "../../../worker/hono.ts";

interface Bindings {
  readonly SITES: KVNamespace;
  readonly OTHER: string;
}

const site: GivenSite = {
  routes: [{ id: "tea", respond: { status: 418, body: "tea" } }],
  log: { sample: 0 },
};

describe("headgate()", () => {
  it("is a handler for an app of any bindings, tried without a platform", async () => {
    const app = new Hono<{ Bindings: Bindings }>().all("/tea/*", headgate({ site }));
    const answer = await app.request("/tea/x");
    expect([answer.status, await answer.text()]).toEqual([418, "tea"]);
    expect((await new Hono().get("/", headgate({ site })).request("/")).status).toBe(418);
  });

  it("knows which bindings are KV namespaces", async () => {
    headgate<Bindings>({ site: fromKv("SITES") });
    // @ts-expect-error -- a string, no namespace
    headgate<Bindings>({ site: fromKv("OTHER") });
    // @ts-expect-error -- there is no such binding
    headgate<Bindings>({ site: fromKv("NONE") });
    const app = new Hono<{ Bindings: Bindings }>();
    app.all("/*", headgate<Bindings>({ site: fromKv("SITES"), log: (env) => (env.OTHER === "x" ? {} : {}) }));
    // @ts-expect-error -- a site has no such key
    expect(() => headgate({ site: { ...site, rotues: [] } })).toThrow("rotues  is not a known key");
  });

  it("reads its sites from the namespace, by host", async () => {
    const texts: Record<string, string> = { "site:kv.test": JSON.stringify({ ...site, hosts: ["kv.test"] }) };
    const SITES = { get: async (key: string) => texts[key] ?? null } as unknown as KVNamespace;
    const app = new Hono<{ Bindings: Bindings }>().all("/*", headgate<Bindings>({ site: fromKv("SITES") }));
    const get = (url: string, bindings: Partial<Bindings>) => app.request(url, {}, bindings);
    const without = await get("http://kv.test/", {});
    expect([without.status, await without.text()]).toEqual([
      500,
      "The edge is not set up; its log says what is missing.\n",
    ]);
    expect((await get("http://kv.test/", { SITES })).status).toBe(418);
    expect((await get("http://other.test/", { SITES })).status).toBe(404);
  });

  it("throws at once where it is given what cannot be meant", () => {
    expect(() => headgate({ site: { ...site, routes: [] } })).toThrow(
      /^site is not valid:\n {2}routes {2}is empty/,
    );
    expect(() => headgate({ site: "routes: 1", name: "shop" })).toThrow(
      /^shop is not valid:\n {2}shop:1:9 {2}routes/,
    );
    expect(() => headgate({ site, name: "my shop" })).toThrow(
      'name is "my shop"; write letters, digits and hyphens',
    );
    expect(() => headgate({ site, cacheMemory: "lots" })).toThrow(
      'cacheMemory is "lots"; write 16MiB, or 0B',
    );
  });

  it("passes over hosts that are not the site's", async () => {
    const app = new Hono().all("/*", headgate({ site: { ...site, hosts: ["a.test", "*.b.test"] } }));
    const status = async (host: string) => (await app.request(`http://${host}/`)).status;
    expect(await Promise.all(["a.test", "x.b.test", "b.test", "x.a.test"].map(status))).toEqual([
      418, 418, 404, 404,
    ]);
  });

  it("answers many first requests at once", async () => {
    const app = new Hono().all("/*", headgate({ site }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.request("/")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([418]));
  });
});
