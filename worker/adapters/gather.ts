// A body as bytes of its own: a copy, so that nobody's later change reaches it, and so that a small piece does not
// hold on to the large buffer that it was read from.
import { joinBytes } from "../bodies/cut.ts";
import type { Body } from "../message.ts";

export type Gathered =
  | { readonly kind: "whole"; readonly bytes: Uint8Array | null }
  | { readonly kind: "too-long" }
  /** It ended in an error. */
  | { readonly kind: "broken" };

/** Reads no further than it must to know that it is too long (-1: nothing), and then lets the body go. */
export async function gather(body: Body, atMost: number): Promise<Gathered> {
  if (body instanceof ReadableStream) return read(body, atMost);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body?.slice() ?? null);
  return (bytes?.length ?? 0) > atMost ? { kind: "too-long" } : { kind: "whole", bytes };
}

async function read(body: ReadableStream<Uint8Array>, atMost: number): Promise<Gathered> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= atMost) {
      const { done, value } = await reader.read();
      if (done) return { kind: "whole", bytes: joinBytes(chunks) };
      chunks.push(value);
      length += value.length;
    }
  } catch {
    return { kind: "broken" };
  }
  letGo(reader);
  return { kind: "too-long" };
}

/**
 * Lets a body go that nobody reads: half of a `tee` would else be kept in memory for as long as the other is read.
 * Not waited for: that half is cancelled only when the other is through.
 */
export function letGo(body: { cancel(): Promise<void> }): void {
  body.cancel().catch(() => {}); // broken already: as good
}
