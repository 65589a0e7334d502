// The whole Headgate Worker with additions: its sites stay in KV and are changed by `headgate push`, and this app adds a
// route of its own and a guard.
import { createApp, fromKv } from "headgate/worker";
import { basicAuth } from "hono/basic-auth";

export { Keeper, Limits } from "headgate/worker";

interface Bindings {
  readonly SITES: KVNamespace;
  readonly STAFF_PASSWORD: string;
}

export default createApp<Bindings>({
  sites: fromKv("SITES"),
  before: (app) => {
    app.get("/whoami", (c) => c.json({ ip: c.req.header("cf-connecting-ip") ?? null }));
    app.use("/staff/*", (c, next) =>
      basicAuth({ username: "staff", password: c.env.STAFF_PASSWORD })(c, next),
    );
  },
});
