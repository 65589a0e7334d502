// Cuts a body off at its deadline. The runtime passes an untouched body from origin to client itself, and during that time no
// timer of the request fires (seen on workerd 2026-11-02). So a body with a deadline passes through here, at some cost; a
// body without one does not.

export interface Deadline {
  readonly withinMs: number;
  /** The declared length, which preserves the answer's Content-Length. */
  readonly bytes: number | undefined;
}

/** When the body is cut off, the client sees a broken transfer and the origin a closed connection. */
export function endingInTime(
  body: ReadableStream<Uint8Array>,
  { withinMs, bytes }: Deadline,
): ReadableStream<Uint8Array> {
  const { readable, writable } =
    bytes === undefined ? new IdentityTransformStream() : new FixedLengthStream(bytes);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(broken()), withinMs);
  // Any failure also ends the reader, so there is nobody left to tell.
  body
    .pipeTo(writable, { signal: abort.signal })
    .catch(() => {})
    .finally(() => clearTimeout(timer));
  return readable;
}

/** With `retryable`, the runtime treats it as a lost connection. It would report any other error as an uncaught exception. */
const broken = () => Object.assign(new Error("the total time-out has passed"), { retryable: true });
