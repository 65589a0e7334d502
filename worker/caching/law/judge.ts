// May a stored response be used for this request now? RFC 9111 §4.
import type { ResponseEntry } from "../entry.ts";
import { lifeOverMs } from "./age.ts";

export type Verdict =
  | { readonly kind: "fresh"; readonly ttlMs: number }
  /** Answer from the store at once, and revalidate in the background (RFC 5861 §3). */
  | { readonly kind: "stale-while-revalidate"; readonly ttlMs: number }
  /** Ask the origin first. `ttlMs` is negative if the response is stale. */
  | { readonly kind: "revalidate"; readonly ttlMs: number; readonly because: "stale" | "no-cache" };

export function judge(entry: ResponseEntry, now: number): Verdict {
  const { terms } = entry;
  const ttlMs = terms.freshForMs - lifeOverMs(entry, now);
  if (terms.alwaysRevalidate) return { kind: "revalidate", ttlMs, because: "no-cache" };
  if (ttlMs > 0) return { kind: "fresh", ttlMs };
  if (-ttlMs < terms.staleWhileRevalidateMs) return { kind: "stale-while-revalidate", ttlMs };
  return { kind: "revalidate", ttlMs, because: "stale" };
}

/** The two ways an origin fails: it answers with an error, or it does not answer. */
export type OriginTrouble = "error" | "disconnected";

/** May the stored response be served while the origin fails? (RFC 5861 §4, RFC 9111 §4.2.4) */
export function mayStandIn(entry: ResponseEntry, trouble: OriginTrouble, now: number): boolean {
  const { terms } = entry;
  if (terms.alwaysRevalidate) return false;
  const staleForMs = lifeOverMs(entry, now) - terms.freshForMs;
  return staleForMs < (trouble === "error" ? terms.staleIfErrorMs : terms.staleIfDisconnectedMs);
}
