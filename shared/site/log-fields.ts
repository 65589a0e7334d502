// The names of what a log record holds. Apart from the schema, because the Worker starts without schemas.

/** The fields of a record, in their order. worker/ports.ts says what each of them holds. */
export const LOG_FIELDS = [
  "time",
  "requestId",
  "client",
  "country",
  "protocol",
  "scheme",
  "host",
  "method",
  "path",
  "query",
  "referrer",
  "userAgent",
  "site",
  "version",
  "route",
  "subject",
  "refusal",
  "observed",
  "cache",
  "cacheReason",
  "pool",
  "origin",
  "attempts",
  "stoppedBy",
  "status",
  "bytes",
  "ms",
  "totalMs",
  "ended",
] as const;

export type LogField = (typeof LOG_FIELDS)[number];
