// What a site asks of its log, compiled: its settings, and what makes a line of a record.
import { LOG_FIELDS, type LogField } from "../../shared/site/log-fields.ts";
import type { LogConfig } from "../../shared/site/log-schema.ts";
import type { LogFormat, LogRecord } from "../ports.ts";
import { jsonText, quotable } from "./log-escapes.ts";

export interface LogRules extends LogConfig {
  readonly line: LogFormat;
  /** Query parameters that are credentials. */
  readonly hides: readonly string[];
}

export const compileLog = (config: LogConfig, hides: readonly string[] = []): LogRules => ({
  ...config,
  line: logFormat(config),
  hides,
});

/** For a request that no site takes. */
export const LOG_WITHOUT_SITE: LogRules = compileLog({
  format: "json",
  sample: 1,
  query: false,
  subject: false,
  bytes: "declared",
});

/** Chosen once, when the site is loaded. */
export function logFormat({ format, fields }: Pick<LogConfig, "format" | "fields">): LogFormat {
  switch (format) {
    case "json":
      return fields ? (record) => jsonText(Object.fromEntries(chosen(record, fields))) : jsonText;
    case "combined":
      return combined;
    case "fields":
      return (record) =>
        chosen(record, fields ?? LOG_FIELDS)
          .map(([, value]) => plain(value))
          .join("\t");
  }
}

type Value = LogRecord[LogField];

const chosen = (record: LogRecord, fields: readonly LogField[]): [LogField, Value][] =>
  fields.map((name) => [name, record[name]]);

/** A dash stands for what is not known or did not happen, as in the combined format. */
function plain(value: Value): string {
  if (value === null) return "-";
  if (typeof value === "number") return String(value);
  return quotable(typeof value === "string" ? value : value.join(", ")) || "-";
}

/** `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`, as Apache httpd writes it. The user is never logged. */
export const combined: LogFormat = (record) => {
  const { client, time, status, bytes, referrer, userAgent } = record;
  return (
    `${client ?? "-"} - - [${clockTime(time)}] "${quotable(requestLine(record))}" ${status} ${bytes || "-"} ` +
    `"${quotable(referrer ?? "-")}" "${quotable(userAgent ?? "-")}"`
  );
};

function requestLine({ method, path, query, protocol }: LogRecord): string {
  if (method === null) return "-";
  const target = query ? `${path}?${query}` : path;
  return protocol === null ? `${method} ${target}` : `${method} ${target} ${inFull(protocol)}`;
}

/** httpd writes `HTTP/2.0`. */
const inFull = (protocol: string): string => (protocol.includes(".") ? protocol : `${protocol}.0`);

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `2026-11-24T15:04:05.123Z` as `24/Nov/2026:15:04:05 +0000`. */
function clockTime(iso: string): string {
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
