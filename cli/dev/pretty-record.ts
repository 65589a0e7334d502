// Formats one request as one line for a terminal. Pure.
import type { LogRecord } from "../../worker/ports.ts";
import type { Paint, Style } from "../paint.ts";

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
