// Writes each record to the console at once. On Cloudflare this is Workers Logs, which keeps it with the request that wrote it.
import type { Log, LogFormat } from "../ports.ts";

export const consoleLog: Log = {
  request: (record, format) => void console.log(format(record)),
  warn: (message, evidence) => console.warn(JSON.stringify({ level: "warn", message, ...evidence })),
};

/** The same log with one format for all requests, whatever their sites ask for. */
export const inFormat = (format: LogFormat, log: Log): Log => ({
  ...log,
  request: (record) => log.request(record, format),
});
