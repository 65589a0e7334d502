// May the request go on? Undefined where it may; a "no" is a named refusal.
import type { Asked } from "../message.ts";
import type { Refusal } from "../refusal.ts";
import { isLoop } from "../rewriting/forwarded.ts";
import type { CompiledSite } from "../site.ts";
import { isTooLarge, MAX_HEADER_BYTES } from "./header-size.ts";

export function objectionToAdmitting(site: CompiledSite, asked: Asked): Refusal | undefined {
  if (isLoop(asked, site.name)) return { reason: "loop" };
  if (isTooLarge(asked.headers)) return { reason: "headers-too-large", maxBytes: MAX_HEADER_BYTES };
  if (isBodyRefused(asked)) return { reason: "body-refused", method: asked.method };
  return undefined;
}

/**
 * A GET or HEAD with a body means nothing (RFC 9110 §9.3.1), is a way to smuggle a request past those who
 * ignore the body, and is not taken by the runtime's `fetch`.
 */
function isBodyRefused({ method, headers }: Asked): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) !== 0;
}
