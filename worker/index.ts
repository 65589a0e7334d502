// What the runtime loads. Exports only.
import { createApp } from "./app.ts";

export default createApp();
