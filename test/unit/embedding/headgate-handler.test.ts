import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import {
  fromKv,
  type GivenSite,
  type HeadgateOptions,
  headgate,
  type LogRecord,
} from "../../../worker/hono.ts";

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

  describe("has secrets", () => {
    const keyed: GivenSite = {
      routes: [{ id: "key", respond: { status: 418, headers: { "x-key": "${secret:KEY}" } } }],
      log: { sample: 0 },
    };
    const warnings: unknown[] = [];
    const log = { warn: (...all: unknown[]) => void warnings.push(all) };
    type Vars = Record<string, string>;
    const keyOf = async (options: Partial<HeadgateOptions<Vars>>, bindings: Vars) => {
      const app = new Hono<{ Bindings: Vars }>().all("/*", headgate<Vars>({ site: keyed, log, ...options }));
      const answer = await app.request("/", {}, bindings);
      return answer.status === 418 ? answer.headers.get("x-key") : answer.status;
    };

    it("from the bindings with the prefix", async () => {
      expect(await keyOf({}, { HEADGATE_SECRET_KEY: "bound" })).toBe("bound");
      expect(await keyOf({}, { KEY: "bound" })).toBe(500);
    });

    it("from the app, in place of those", async () => {
      const bindings = { HEADGATE_SECRET_KEY: "bound", MINE: "my own" };
      expect(await keyOf({ secrets: { KEY: "given" } }, bindings)).toBe("given");
      expect(await keyOf({ secrets: ({ MINE }) => ({ KEY: MINE }) }, bindings)).toBe("my own");
      expect(await keyOf({ secrets: {} }, bindings)).toBe(500);
      expect(await keyOf({ secrets: { KEY: "two\nlines" } }, bindings)).toBe(500);
    });

    it("as far as its name may use them", async () => {
      const bindings = { HEADGATE_SECRETS_FOR: "KEY@shop" };
      const secrets = { KEY: "given" };
      expect(await keyOf({ secrets, name: "shop" }, bindings)).toBe("given");
      expect(await keyOf({ secrets, name: "blog" }, bindings)).toBe(500);
      expect(JSON.stringify(warnings)).not.toMatch(/given|bound|my own|two/);
    });
  });

  it("throws at once where it is given what cannot be meant", () => {
    expect(() => headgate({ site: { ...site, routes: [] } })).toThrow(
      /^site is not valid:\n {2}routes {2}is empty/,
    );
    expect(() => headgate({ site: "routes: 1", name: "shop" })).toThrow(
      /^shop is not valid:\n {2}shop:1:9 {2}routes/,
    );
    expect(() => headgate({ site, name: "my shop" })).toThrow(
      'name is "my shop"; write letters, digits, hyphens and underscores',
    );
    expect(() => headgate({ site, cacheMemory: "lots" })).toThrow(
      'cacheMemory is "lots"; write 16MiB, or 0B',
    );
  });

  it("fits everywhere in an app that has variables of its own", async () => {
    const app = new Hono<{ Bindings: Bindings; Variables: { user: string } }>();
    const tea = headgate<Bindings>({ site });
    app.use("/used/*", tea);
    app.get(
      "/after/:user",
      async (c, next) => {
        c.set("user", "me");
        await next();
      },
      tea,
    );
    app.on(["GET", "PURGE"], ["/on/*", "/also/*"], headgate({ site }));
    app.route("/nested", new Hono<{ Bindings: Bindings }>().all("*", tea));
    for (const path of ["/used/x", "/after/me", "/on/x", "/also/x", "/nested/x"]) {
      expect((await app.request(path)).status).toBe(418);
    }
  });

  it("writes to a log that is an instance of a class", async () => {
    class Records {
      readonly #paths: (string | null)[] = [];
      request({ path }: LogRecord) {
        this.#paths.push(path);
      }
      get paths() {
        return this.#paths;
      }
    }
    const log = new Records();
    const app = new Hono().all("/*", headgate({ site: { routes: site.routes }, log }));
    const outliving: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void outliving.push(work) } as ExecutionContext;
    await app.request("/logged", {}, {}, context);
    await Promise.all(outliving);
    expect(log.paths).toEqual(["/logged"]);
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

describe("an app with a handler of Headgate's", () => {
  it("keeps the types of its own routes", () => {
    const app = new Hono<{ Bindings: Bindings }>()
      .all("/shop/*", headgate<Bindings>({ site: fromKv("SITES") }))
      .get("/own", (c) => c.json({ other: c.env.OTHER }));
    // @ts-expect-error -- there is no such binding
    app.get("/none", (c) => c.text(c.env.NONE));
    expect(app.routes).toHaveLength(3);
  });
});
