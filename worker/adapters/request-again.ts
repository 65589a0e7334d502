// A request whose body a middleware of the embedding Hono app has read: the same request with the body that Hono kept.
import type { HonoRequest } from "hono";

/**
 * Undefined if the exact bytes are lost: the middleware read the request past Hono (`c.req.raw.text()`), or what Hono kept
 * is no longer what the client sent.
 */
export async function requestAgain({ raw, bodyCache }: HonoRequest): Promise<Request | undefined> {
  const { arrayBuffer, blob, text } = bodyCache;
  try {
    const body =
      (await arrayBuffer) ?? (await blob) ?? (text && asItWas(await text, raw.headers.get("content-length")));
    if (body === undefined) return undefined;
    const { url, method, headers, redirect, signal } = raw;
    return new Request(url, {
      method,
      headers,
      redirect,
      signal,
      body,
      ...(raw.cf && { cf: raw.cf }),
    } as RequestInit);
  } catch {
    return undefined; // the client hung up while the middleware was reading
  }
}

/**
 * Decoding replaces bytes that are not UTF-8 and drops a byte order mark, so the length tells whether any was lost. A
 * replacement character may stand for such bytes; it is not worth guessing.
 */
function asItWas(text: string, contentLength: string | null): Uint8Array | undefined {
  if (text.includes("\ufffd")) return undefined;
  const bytes = new TextEncoder().encode(text);
  return contentLength === null || Number(contentLength) === bytes.length ? bytes : undefined;
}
