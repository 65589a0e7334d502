// Passes a streaming request body to fetch, and reports what fetch does not: that the whole body has been read (only then can
// the origin be expected to answer), and that it broke.

export interface HandOver {
  /** For fetch. Content-Length remains as the client declared it. */
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when the whole body has been read; never if it breaks. */
  readonly whole: Promise<void>;
  /** Resolves if the body breaks on either side. The fetch must then be aborted, unless it ends by itself. */
  readonly broken: Promise<void>;
}

/**
 * The runtime ends a body that fails as if it were complete (docs/decisions/0006): an origin would take half an upload for the
 * whole. So the error is kept from it (`preventAbort`), and the body stays open until the fetch is aborted.
 */
export function handOver(body: ReadableStream<Uint8Array>, contentLength: string | null): HandOver {
  // Native streams: the bytes pass through them without passing through script.
  const through =
    contentLength === null ? new IdentityTransformStream() : new FixedLengthStream(Number(contentLength));
  const whole = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  body.pipeTo(through.writable, { preventAbort: true }).then(whole.resolve, () => broken.resolve());
  return { body: through.readable, whole: whole.promise, broken: broken.promise };
}
