// Is a request also sent to another pool, and what is sent there? Pure.
import type { MirrorConfig } from "../../shared/site/mirror-schema.ts";
import type { Body, OriginAsk } from "../message.ts";
import { MIRROR_FIELD } from "../rewriting/forwarded.ts";
import type { Pool } from "./pool.ts";
import { IDEMPOTENT } from "./retry.ts";

export interface Mirror {
  /** A copy is worth one attempt. */
  readonly pool: Pool;
  readonly share: number;
  readonly maxBodyBytes: number;
  readonly takesNonIdempotent: boolean;
}

export const compileMirror = (pool: Pool, { share, maxBody, nonIdempotent }: MirrorConfig): Mirror => ({
  pool: { ...pool, attempts: 1 },
  share,
  maxBodyBytes: maxBody,
  takesNonIdempotent: nonIdempotent,
});

/** Copies under way to one pool, in one isolate. Beyond that, requests are not mirrored. */
export const COPIES_AT_MOST = 16;

/** May the request be mirrored at all? A WebSocket may not: its client would talk to one of two origins. */
export function suitsMirror(mirror: Mirror, { method, headers }: OriginAsk, body: Body): boolean {
  if (!mirror.takesNonIdempotent && !IDEMPOTENT.has(method)) return false;
  if (headers.has("upgrade")) return false;
  if (body === null) return true;
  if (body instanceof Uint8Array) return body.byteLength <= mirror.maxBodyBytes;
  // What has no length may have no end. Without a body the runtime gives null.
  const declared = headers.get("content-length");
  return declared !== null && Number(declared) <= mirror.maxBodyBytes;
}

/** The same request with a mark, in headers of its own. */
export function markedCopy(ask: OriginAsk): OriginAsk {
  const headers = new Headers(ask.headers);
  headers.set(MIRROR_FIELD, "1");
  return { ...ask, headers };
}
