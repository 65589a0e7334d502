// Writes records to the console as JSON lines. They go to Workers Logs on Cloudflare, and to standard output elsewhere.
import type { Log } from "../ports.ts";

export const consoleLog: Log = {
  request: (record) => console.log(JSON.stringify(record)),
  warn: (message, evidence) => console.warn(JSON.stringify({ level: "warn", message, ...evidence })),
};
