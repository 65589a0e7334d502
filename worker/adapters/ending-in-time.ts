// A body that is cut off when its time is up. The runtime hands a body that nobody touches from origin to client
// by itself, and lets no timer of the request fire meanwhile (seen on workerd 2026-11-02): so a body with a deadline is
// passed on here, at some cost, and one without never comes here.

export interface Deadline {
  readonly withinMs: number;
  /** The declared length, so that the answer keeps its Content-Length. */
  readonly bytes: number | undefined;
}

/** The client of a body that is cut off sees a broken transfer, and the origin a closed connection. */
export function endingInTime(
  body: ReadableStream<Uint8Array>,
  { withinMs, bytes }: Deadline,
): ReadableStream<Uint8Array> {
  const { readable, writable } =
    bytes === undefined ? new IdentityTransformStream() : new FixedLengthStream(bytes);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(broken()), withinMs);
  // Whatever ends it ends the reader too; there is nobody else to tell.
  body
    .pipeTo(writable, { signal: abort.signal })
    .catch(() => {})
    .finally(() => clearTimeout(timer));
  return readable;
}

/** `retryable` makes it a lost connection to the runtime; any other error it would report as an uncaught exception. */
const broken = () => Object.assign(new Error("the total time-out has passed"), { retryable: true });
