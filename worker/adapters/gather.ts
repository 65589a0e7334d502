// Copies a body into bytes of its own. No later change by others can reach the copy, and a small piece does not keep the large
// buffer alive from which it was read.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { joinBytes } from "../bodies/cut.ts";
import type { Body } from "../message.ts";

export type Gathered =
  | { readonly kind: "whole"; readonly bytes: Uint8Array | null }
  | { readonly kind: "too-long" }
  /** The body ended in an error. */
  | { readonly kind: "broken" };

/** Stops reading as soon as the body is known to be too long, and cancels it. With -1 it reads nothing. */
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
  void cancelQuietly(reader);
  return { kind: "too-long" };
}
