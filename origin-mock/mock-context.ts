// The context of a mock origin's handler: Hono's context over Node's own request and response.
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

export type MockContext = Context<{ Bindings: HttpBindings }>;
