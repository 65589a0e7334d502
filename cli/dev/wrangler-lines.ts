// What does a line of `wrangler dev` mean? Pure.
import type { LogRecord } from "../../worker/ports.ts";

export type WranglerLine =
  | { readonly kind: "record"; readonly record: LogRecord }
  | {
      readonly kind: "warning";
      readonly message: string;
      readonly evidence: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "ready"; readonly url: string }
  /** Its banner, its table of bindings, and its own line for each request. */
  | { readonly kind: "noise" }
  | { readonly kind: "other" };

/** wrangler's messages about its own work. Its warnings and errors look different. */
const NOISE =
  /^\s*$|^\[wrangler:info\]|^[⎔╭│╰─]|^ ⛅️|^Your Worker has access|^Binding\s+Resource|^env\.|^Using vars defined/u;

export function readWranglerLine(line: string): WranglerLine {
  if (line.startsWith("{")) return readJson(line);
  const [, url] = /^\[wrangler:info\] Ready on (\S+)/.exec(line) ?? [];
  if (url !== undefined) return { kind: "ready", url };
  return { kind: NOISE.test(line) ? "noise" : "other" };
}

function readJson(line: string): WranglerLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "other" };
  }
  if (typeof value !== "object" || value === null) return { kind: "other" };
  if ("requestId" in value && "status" in value) return { kind: "record", record: value as LogRecord };
  if ("level" in value && "message" in value) {
    const { level: _level, message, ...evidence } = value as Record<string, unknown>;
    return { kind: "warning", message: String(message), evidence };
  }
  return { kind: "other" };
}
