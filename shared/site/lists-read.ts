// How many address lists does a site have read from a URL, and how often? Apart from the schema, because the edge needs it.

/** The keeper of a site reads them, one after the other. */
export const MAX_READ_LISTS = 16;
export const DEFAULT_EVERY_MS = 3_600_000;
