// Hono's `proxy` helper, as in its documentation.
import { Hono } from "hono";
import { proxy } from "hono/proxy";

const app = new Hono<{ Bindings: { ORIGIN: string } }>();

app.all("*", (context) =>
  proxy(`${context.env.ORIGIN}${context.req.path}`, {
    ...context.req,
    headers: { ...context.req.header(), "X-Forwarded-Host": context.req.header("host") },
  }),
);

export default app;
