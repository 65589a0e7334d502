// Response header fields set by the query, on any path: `?cc=max-age=60&etag=v1&vary=accept&header=x-a:b&header=x-c:d`.
import type { Next } from "hono";
import type { MockContext } from "./mock-context.ts";

/** Short names for the most common fields. */
const FIELD_OF: Readonly<Record<string, string>> = {
  cc: "cache-control",
  modified: "last-modified",
  type: "content-type",
  vary: "vary",
};

export async function toldHeaders(context: MockContext, next: Next): Promise<void> {
  await next();
  const query = new URL(context.req.url).searchParams;
  for (const [short, field] of Object.entries(FIELD_OF)) {
    const value = query.get(short);
    if (value !== null) context.header(field, value);
  }
  for (const line of query.getAll("header")) {
    const colon = line.indexOf(":");
    if (colon > 0) context.header(line.slice(0, colon), line.slice(colon + 1).trim(), { append: true });
  }
  const etag = query.get("etag");
  if (etag === null) return;
  const quoted = /^(W\/)?"/.test(etag) ? etag : `"${etag}"`;
  context.header("etag", quoted);
  if (context.req.header("if-none-match") === quoted) {
    const { headers } = context.res;
    headers.delete("content-length");
    context.res = undefined; // otherwise Hono would copy the old answer's fields, including its length
    context.res = new Response(null, { status: 304, headers });
  }
}
