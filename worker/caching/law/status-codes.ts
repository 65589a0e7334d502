// How the cache classifies status codes.

/** Codes whose caching requirements we implement (RFC 9111 §3, §5.2.2.3 must-understand): the registered final ones. */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402,
  403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 425, 426,
  428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/** May be reused without an explicit freshness lifetime (RFC 9110 §15.1). */
const HEURISTICALLY_CACHEABLE: ReadonlySet<number> = new Set([
  200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501,
]);

/** Responses that never have content (RFC 9110 §6.4.1, §15.3.6), not even an empty stream from a store. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export const isBodiless = (status: number): boolean => BODILESS.has(status);

export const isUnderstood = (status: number): boolean => UNDERSTOOD.has(status);

export const isHeuristicallyCacheable = (status: number): boolean => HEURISTICALLY_CACHEABLE.has(status);

/** Temporary errors. Others (401, 403, 404, 410) tell what the URL leads to now. */
export const isPassingTrouble = (status: number): boolean =>
  status >= 500 || status === 408 || status === 425 || status === 429;

/** The response is about one request: its length, its fields, or who sent it. It says nothing to other clients. */
const OF_ONE_REQUEST: ReadonlySet<number> = new Set([
  400, 401, 406, 407, 408, 411, 412, 413, 414, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431,
]);

export const isOfOneRequest = (status: number): boolean => OF_ONE_REQUEST.has(status);

/** The origin fails, in the sense of stale-if-error (RFC 5861 §4). */
export const isOriginFailure = (status: number): boolean =>
  status === 500 || status === 502 || status === 503 || status === 504;
