// The log of an embedding app. It may be an instance of a class, take its time, or fail: a response does not depend on it.
import type { Log, LogFormat, LogRecord } from "../ports.ts";

export interface AppLog {
  /** If it returns a promise, the request is kept alive until it is settled. `line` writes the record as its site asks for. */
  request?(record: LogRecord, line: LogFormat): unknown;
  warn?(message: string, evidence: Record<string, unknown>): void;
}

/** What the app leaves out goes to our own log. */
export function appLog(given: AppLog, ours: Log): Log {
  const log: Log = {
    request: (record, format) =>
      given.request ? taken(given, record, format, log) : ours.request(record, format),
    warn: (message, evidence) => (given.warn ? given.warn(message, evidence) : ours.warn(message, evidence)),
  };
  return log;
}

function taken(given: AppLog, record: LogRecord, format: LogFormat, log: Log): Promise<void> | undefined {
  const failed = (error: unknown) => log.warn("the log failed", { error: String(error) });
  try {
    const taking = given.request?.(record, format);
    return taking instanceof Promise ? taking.then(() => {}, failed) : undefined;
  } catch (error) {
    failed(error);
    return undefined;
  }
}
