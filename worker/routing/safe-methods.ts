// Methods that change nothing (RFC 9110 §9.2.1). Any other method invalidates what is stored for its URL (RFC 9111
// §4.4).

const SAFE: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "QUERY",
  "PROPFIND",
  "SEARCH",
  "REPORT",
]);

export const isSafe = (method: string): boolean => SAFE.has(method);
