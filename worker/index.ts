// What the runtime loads. Exports only. It does not use worker.ts, which contains the reader of site files.
import { portsOf } from "./adapters/env.ts";
import { EdgeApp } from "./app.ts";

export default new EdgeApp(portsOf);
