// Hands a request body that streams on to fetch, and tells what fetch alone does not: when all of it is through
// (only then can an origin be expected to answer), and that it broke.

export interface HandOver {
  /** For fetch. Content-Length stays what the client declared. */
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when the whole body has been read from; never where it breaks. */
  readonly whole: Promise<void>;
  /** Resolves where it breaks, at the client's end or the origin's. Unless fetch ends by itself, it has to be aborted. */
  readonly broken: Promise<void>;
}

/**
 * A body that errors on its way is ended by the runtime as if it were whole (docs/decisions/0006): an origin would take
 * half an upload for all of it. So the error never gets there (`preventAbort`); the body stays open until the fetch
 * is aborted.
 */
export function handOver(body: ReadableStream<Uint8Array>, contentLength: string | null): HandOver {
  // The runtime's own streams: bytes go through them without passing through script.
  const through =
    contentLength === null ? new IdentityTransformStream() : new FixedLengthStream(Number(contentLength));
  const whole = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  body.pipeTo(through.writable, { preventAbort: true }).then(whole.resolve, () => broken.resolve());
  return { body: through.readable, whole: whole.promise, broken: broken.promise };
}
