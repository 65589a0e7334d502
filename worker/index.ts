// What the runtime loads. Exports only. It does not use worker.ts, which contains the reader of site files.
import { type Env, portsOf } from "./adapters/env.ts";
import { EdgeApp } from "./app.ts";

const app = new EdgeApp<Env>((env, place) => portsOf(env, {}, place));

export { Keeper } from "./adapters/keeper-object.ts";
export { Limits } from "./adapters/limits-object.ts";
export default app;

/** The admin API on a socket of its own, in `headgate serve`. */
export const Admin = app.admin;
