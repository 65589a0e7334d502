// What the runtime loads. Exports only. It does not use worker.ts, which contains the reader of site files.
import { type Env, portsOf } from "./adapters/env.ts";
import { EdgeApp } from "./app.ts";

export { Keeper } from "./adapters/keeper-object.ts";
export default new EdgeApp<Env>((env, place) => portsOf(env, {}, place));
