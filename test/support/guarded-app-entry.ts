// Apps of others in which sites behind `auth` are embedded, as tests run them on a real workerd (embedding-app.ts).
import { Hono } from "hono";
import { type GivenSite, headgate } from "../../worker/hono.ts";
import { createApp } from "../../worker/worker.ts";

const ORIGIN = "http://origin-a.invalid";
/** SHA-256 of `ka`. */
const ANN = "3ebb1c99b12b77463e97c3a0f206e4fd46176cd1b8e183816a67338c04b25e5b";

const guarded = (prefix: string, more: Partial<GivenSite> = {}): GivenSite => ({
  pools: { web: { origins: [{ id: "one", url: ORIGIN }], retry: { attempts: 1 } } },
  auth: { key: { keys: { ann: ANN }, query: "k", header: "x-api-key" } },
  routes: [
    { id: "open", match: { path: `${prefix}/open/*` }, auth: "off", to: "web", cache: { ttl: "1h" } },
    { id: "rest", to: "web", cache: { ttl: "1h" } },
  ],
  ...more,
});

/** Below a path of an app, below a router that is nested in it, and without the prefix that `mount()` removes. */
const outer = new Hono();
outer.use("/hono/logged/*", async (c, next) => {
  await next();
  c.header("x-logged", "1");
});
outer.all("/hono/*", headgate({ site: guarded("/hono"), name: "hono" }));
outer.all("/slashes/*", headgate({ site: guarded("/slashes", { mergeSlashes: false }), name: "slashes" }));
outer.route(
  "/nested",
  new Hono().basePath("/deep").all("/*", headgate({ site: guarded("/nested/deep"), name: "nested" })),
);
const inner = headgate({ site: guarded(""), name: "mounted" });
outer.mount("/mounted", (request, env, context) => new Hono().all("*", inner).fetch(request, env, context));
outer.get("/public/*", (c) => c.text("public"));

/** The whole Worker, with that app before its sites. */
export default createApp({
  sites: [{ hosts: ["app.test"], ...guarded("") }],
  before: (app) => {
    app.route("/within", outer);
    app.get("/own/*", (c) => c.text("own"));
    for (const path of ["/hono/*", "/slashes/*", "/nested/*", "/mounted/*", "/public/*"])
      app.all(path, (c) => outer.fetch(c.req.raw, c.env, c.executionCtx));
  },
});
