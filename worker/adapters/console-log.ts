// Records as JSON lines on the console: Workers Logs on Cloudflare, standard output elsewhere.
import type { Log } from "../ports.ts";

export const consoleLog: Log = {
  request: (record) => console.log(JSON.stringify(record)),
  warn: (message, evidence) => console.warn(JSON.stringify({ level: "warn", message, ...evidence })),
};
