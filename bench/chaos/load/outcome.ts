// What became of a request, as its client saw it.
import type { Kind } from "./requests.ts";

export interface Outcome {
  readonly kind: Kind;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Until the last byte, or until it failed. */
  readonly ms: number;
  readonly end: End;
  /** Undefined if there was no header. */
  readonly status?: number;
  /** The origin that answered. */
  readonly origin?: string;
  /** What the client was told of the connection, if it broke. */
  readonly error?: string;
}

/**
 * `good`: 200, and the body is what the origin sends. `status`: another status. `none`: no header came. `broken`: the
 * transfer ended with an error, so the client knows. `false-end`: the body ended as if it were whole, and is not.
 */
export type End = "good" | "status" | "none" | "broken" | "false-end";
