// What does a line of `wrangler dev` mean, and how is a request shown on a terminal? Pure.
import type { LogRecord } from "../../worker/ports.ts";
import type { Paint, Style } from "../printing/terminal-text.ts";

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
  /^\s*$|^\[wrangler:info\]|^[⎔╭│╰─]|^ ⛅️|^Your Worker has access|^Binding\s+Resource|^env\.|^Using (vars|secrets) defined/u;

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

/** `15:04:05 GET  200   12 ms  shop.example.com/a  assets  miss  fra` */
export function prettyRecord(record: LogRecord, paint: Paint): string {
  const { time, method, status, ms, host, path, query, route, cache, refusal } = record;
  const clock = new Date(time).toLocaleTimeString("en-GB");
  const address = `${host ?? "?"}${path ?? ""}${query ? `?${query}` : ""}`;
  return [
    paint("dim", clock),
    (method ?? "?").padEnd(4),
    paint(styleOf(status), String(status)),
    paint("dim", `${ms} ms`.padStart(7)),
    address,
    route === null ? undefined : paint("dim", route),
    cache === null ? undefined : cacheWord(record, paint),
    origins(record, paint),
    refusal === null ? undefined : paint("red", refusal),
  ]
    .filter((part) => part !== undefined)
    .join("  ");
}

function styleOf(status: number): Style {
  if (status >= 500) return "red";
  return status >= 400 ? "yellow" : "green";
}

function cacheWord({ cache, cacheReason }: LogRecord, paint: Paint): string {
  const word = cacheReason === null ? String(cache) : `${cache} (${cacheReason})`;
  return cache === "hit" ? paint("green", word) : paint("dim", word);
}

/** All attempts if there was more than one: `a connect → b 200`. */
function origins({ origin, attempts }: LogRecord, paint: Paint): string | undefined {
  if (attempts.length > 1) return paint("yellow", attempts.join(" → "));
  return origin ?? attempts[0];
}
