// A Hono app in which Headgate is embedded in many ways, as tests run it on a real workerd. The origins stand for those
// that a test starts (embedding-app.ts).
import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import { embeddedSites } from "../../worker/adapters/site-texts.ts";
import { type GivenSite, headgate } from "../../worker/hono.ts";

interface Bindings {
  readonly EMBEDDED_SITES: Record<string, string>;
}

const A = "http://origin-a.invalid";
const B = "http://origin-b.invalid";

const siteOf = (url: string, parts: Partial<GivenSite> = {}): GivenSite => ({
  pools: { web: { origins: [{ id: "one", url }] } },
  routes: [{ id: "rest", to: "web" }],
  ...parts,
});

const app = new Hono<{ Bindings: Bindings }>();
const all = headgate({ site: siteOf(A), name: "all" });

// What middleware does to a response.
app.use("/after/*", async (c, next) => {
  await next();
  c.header("x-after", "1");
});
app.use("/direct/*", async (c, next) => {
  await next();
  c.res.headers.set("x-direct", "1");
  c.res.headers.delete("x-from-origin");
});
app.use("/before/*", async (c, next) => {
  c.header("x-before", "1");
  c.res.headers.set("x-early", "1");
  await next();
});
app.use("/cors/*", cors({ origin: "*" }));
app.use("/compress/*", compress());
app.use("/etag/*", etag());
app.use("/secure/*", secureHeaders());
app.use("/timeout/*", timeout(5_000));
app.use("/replaced/*", async (c, next) => {
  await next();
  c.res = new Response("mine");
});
app.use("/throws-after/*", async (_c, next) => {
  await next();
  throw new Error("after the answer");
});
app.use("/read-after/*", async (c, next) => {
  await next();
  c.res = new Response((await c.res.text()).toUpperCase(), c.res);
});

// What middleware does to a request.
app.use("/adds/*", async (c, next) => {
  const headers = new Headers(c.req.raw.headers);
  headers.set("x-added", "by the app");
  c.req.raw = new Request(c.req.raw, { headers });
  await next();
});
app.use("/guarded/*", basicAuth({ username: "u", password: "p" }));
app.use("/pub/inner/*", basicAuth({ username: "u", password: "p" }));
const reading: Record<string, (c: import("hono").Context) => unknown> = {
  text: (c) => c.req.text(),
  json: (c) => c.req.json(),
  buffer: (c) => c.req.arrayBuffer(),
  blob: (c) => c.req.blob(),
  form: (c) => c.req.parseBody(),
  "form-data": (c) => c.req.formData(),
  raw: (c) => c.req.raw.text(),
  clone: (c) => c.req.raw.clone().text(),
  locked: (c) => c.req.raw.body?.getReader(),
};
for (const [how, read] of Object.entries(reading)) {
  app.use(`/read/${how}/*`, async (c, next) => {
    await read(c);
    await next();
  });
}
app.use("/limit/*", bodyLimit({ maxSize: 1_000 }));

// Mounts.
const withFixed = siteOf(A, {
  routes: [
    { id: "old", match: { path: "/fixed/old/*" }, redirect: { to: "/fixed/*", status: 308 } },
    { id: "tea", match: { path: "/fixed/tea" }, respond: { status: 418, body: "tea" } },
    { id: "rest", match: { path: "/fixed/*" }, to: "web" },
  ],
});
app.all("/fixed/*", headgate({ site: withFixed }));
app.get("/only-get/*", all);
app.all("/only-get/*", (c) => c.text("not here", 405));
const stored = siteOf(A, { routes: [{ id: "rest", cache: { ttl: "1h" }, to: "web" }] });
app.all("/same/*", async (c, next) => (c.req.header("x-who") === "b" ? sameB(c, next) : sameA(c, next)));
const sameA = headgate({ site: stored });
const sameB = headgate({ site: { ...stored, pools: siteOf(B).pools } });
app.all("/stored/*", headgate({ site: stored }));
app.all("/hosted/*", headgate({ site: siteOf(A, { hosts: ["shop.test", "*.shop.test"] }) }));
app.all(
  "/texts/*",
  headgate<Bindings>({ site: { name: "texts", open: (env) => embeddedSites(env.EMBEDDED_SITES) } }),
);
const keyed = siteOf(A, {
  routes: [
    { id: "rest", headers: { request: { set: { "x-key": "${secret:KEY}" } } }, cache: "off", to: "web" },
  ],
});
app.all("/secrets/*", headgate({ site: keyed, name: "keyed", secrets: { KEY: "of the app" } }));
app.all("/no-secrets/*", headgate({ site: keyed, name: "without-key", log: { warn: () => {} } }));
app.all("/slashes/*", headgate({ site: siteOf(A, { mergeSlashes: false }) }));
app.all(
  "/logs/*",
  headgate({
    site: siteOf(A),
    name: "logs",
    log: {
      request: () => {
        throw new Error("the log is broken");
      },
    },
  }),
);

const nested = new Hono();
nested.use(async (c, next) => {
  await next();
  c.header("x-nested", "1");
});
nested.all("/deep/*", all);
nested.onError((error, c) => c.text(`nested: ${error.message}`, 500));
app.route("/nested", nested);
app.route("/", new Hono().basePath("/based").all("/*", all));
app.mount("/mounted", (request, env, context) => new Hono().all("*", all).fetch(request, env, context));

app.get("/mine", (c) => c.text("my own"));
app.all("/*", all);
app.onError((error, c) =>
  "getResponse" in error ? error.getResponse() : c.text(`app: ${error.message}`, 500),
);

export default app;
