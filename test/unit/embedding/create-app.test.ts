import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { createApp, type Env, type GivenSite, type LogRecord } from "../../../worker/worker.ts";

const teapot = (hosts: string[], body: string): GivenSite => ({
  hosts,
  routes: [{ id: "tea", match: { path: "/tea/*" }, respond: { status: 418, body } }],
});

describe("the whole Worker in an app", () => {
  const records: LogRecord[] = [];
  const warnings: string[] = [];
  const app = createApp<Env & { readonly COLOUR: string }>({
    sites: [teapot(["one.test", "*.one.test"], "one"), JSON.stringify(teapot(["two.test"], "two"))],
    log: {
      request: (record) => void records.push(record),
      warn: (message, { error }) => void warnings.push(`${message}: ${error}`),
    },
    before: (own) => {
      own.use(async (c, next) => {
        await next();
        c.header("x-colour", c.env.COLOUR);
      });
      own.get("/mine", (c) => c.text("mine"));
      own.get("/hidden", (c) => c.notFound());
      own.get("/forbidden", () => {
        throw new HTTPException(403, { message: "not for you" });
      });
      own.get("/bug", () => {
        throw new Error("oh");
      });
      own.get("/bug/later", async () => {
        throw new Error("oh later");
      });
      own.get("/bug/thrown", () => {
        throw "a text";
      });
    },
  });
  const outliving: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => void outliving.push(work) } as ExecutionContext;
  const get = (url: string, init?: RequestInit) => app.request(url, init, { COLOUR: "red" }, context);

  it("finds its sites by host", async () => {
    for (const [url, body] of [
      ["http://one.test/tea/x", "one"],
      ["http://www.one.test/tea", "one"],
      ["http://two.test/tea", "two"],
    ] as const) {
      const answer = await get(url);
      expect([answer.status, await answer.text()]).toEqual([418, body]);
    }
    expect((await get("http://three.test/tea")).status).toBe(404);
  });

  it("has the admin API on its own hosts, before what was added, if the bindings say so", async () => {
    const admin = { HEADGATE_ADMIN_HOST: "admin.test", HEADGATE_ADMIN_TOKEN: "a-secret-that-opens-all" };
    const own = createApp<Env>({
      before: (added) => void added.get("/v1/sites", (c) => c.text("mine")),
      sites: [teapot(["one.test", "*.one.test"], "one"), teapot(["two.test"], "two")],
    });
    const authorization = "Bearer a-secret-that-opens-all";
    const listed = await own.request(
      "https://admin.test/v1/sites",
      { headers: { authorization } },
      admin,
      context,
    );
    expect(await listed.json()).toMatchObject({
      sites: [{ name: "one.test" }, { name: "two.test" }],
      next: null,
    });
    expect((await own.request("https://admin.test/v1/sites", {}, admin, context)).status).toBe(401);
    const onSite = await own.request(
      "https://one.test/v1/sites",
      { headers: { authorization } },
      admin,
      context,
    );
    expect(await onSite.text()).toBe("mine");
  });

  it("answers with what was added before its sites, with the app's bindings", async () => {
    const answer = await get("http://one.test/mine");
    expect([await answer.text(), answer.headers.get("x-colour")]).toEqual(["mine", "red"]);
    expect((await get("http://two.test/tea")).headers.get("x-colour")).toBe("red");
  });

  it("leaves a no of the app a no", async () => {
    expect(await (await get("http://one.test/hidden")).text()).toBe("404 Not Found");
    const answer = await get("http://one.test/forbidden");
    expect([answer.status, await answer.text()]).toEqual([403, "not for you"]);
  });

  it.each([
    ["/bug", "a bug: Error: oh"],
    ["/bug/later", "a bug: Error: oh later"],
    ["/bug/thrown", "a bug: a text"],
  ])("turns a bug of the app at %s into a problem document and a warning", async (path, warning) => {
    const answer = await get(`http://one.test${path}`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/because of a bug/) });
    expect(warnings.at(-1)).toContain(warning);
    const page = await get(`http://one.test${path}`, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([500, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain(page.headers.get("x-request-id"));
  });

  it("has the edge's own paths, behind the app's middleware", async () => {
    const answer = await get("http://any.test/.headgate/health");
    expect([await answer.json(), answer.headers.get("x-colour")]).toEqual([{ status: "ok" }, "red"]);
  });

  it("logs what its sites answer, with the version that check would print", async () => {
    await get("http://two.test/tea/logged");
    await expect
      .poll(() => records.find(({ path }) => path === "/tea/logged"))
      .toMatchObject({
        site: "two.test",
        route: "tea",
        version: expect.stringMatching(/^[0-9a-f]{12}$/),
      });
  });

  it("refuses what another spelling would make of a path, since the app has routed it", async () => {
    const answer = await app.fetch(new Request("http://one.test//tea"), { COLOUR: "red" });
    expect(await answer.json()).toMatchObject({ title: "path-rerouted" });
  });
});

describe("without additions", () => {
  it("merges slashes as ever: nothing has routed the request before", async () => {
    const app = createApp({ sites: [teapot(["one.test"], "one")] });
    expect((await app.fetch(new Request("http://one.test//tea"))).status).toBe(418);
  });

  it("takes routes that are added to it before its first request", async () => {
    const app = createApp({ sites: [teapot(["one.test"], "one")] });
    app.get("/mine", (c) => c.text("mine"));
    expect(await (await app.request("http://one.test/mine")).text()).toBe("mine");
    expect((await app.request("http://one.test/tea")).status).toBe(418);
  });

  it("answers 500 and says in the log what is missing where nothing holds its sites", async () => {
    const answer = await createApp().request("http://one.test/");
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe("The edge is not set up; its log says what is missing.\n");
  });
});

describe("the sites of an app are checked at its start", () => {
  it("each, and it says which one is wrong", () => {
    const wrong = { hosts: ["two.test"], routes: [{ id: "a", to: "nowhere" }] };
    expect(() => createApp({ sites: [teapot(["one.test"], "one"), wrong] })).toThrow(
      /^sites\[1\] is not valid:\n {2}routes\[0\]\.to {2}/,
    );
  });

  it("and against each other", () => {
    expect(() =>
      createApp({ sites: [teapot(["one.test"], "one"), teapot(["two.test", "one.test"], "two")] }),
    ).toThrow(
      "sites is not valid:\n  hosts[1]  is taken: sites[0] names one.test too, and a host belongs to one site only",
    );
  });

  it("and so is the memory for its cache", () => {
    expect(() => createApp({ cacheMemory: "much" })).toThrow('cacheMemory is "much"; write 16MiB, or 0B');
    expect(() => createApp({ cacheMemory: "0B" })).not.toThrow();
  });
});
