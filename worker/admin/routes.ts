// The edge's own routes, below /.headgate/ on every host. A path there that no route takes goes on to the pipeline, which
// refuses it as reserved.
import type { Hono } from "hono";
import { EDGE_PREFIX } from "../../shared/site/edge-prefix.ts";

// biome-ignore lint/suspicious/noExplicitAny: -- these routes use no bindings, so they suit an app with any
export function addAdminRoutes(app: Hono<any>): void {
  // For uptime monitors and for a balancer in front: the Worker runs. It says nothing about sites or origins.
  app.get(`${EDGE_PREFIX}health`, (c) => c.json({ status: "ok" }, 200, { "cache-control": "no-store" }));
}
