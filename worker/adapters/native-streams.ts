// Bodies that pass through streams of the platform's own kind: a request body to fetch, a response body until its deadline, and a
// body to the platform's cache.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { connectionLost } from "./connection-lost.ts";
import { realTime } from "./within.ts";

export interface HandOver {
  /** For fetch. Content-Length remains as the client declared it. */
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when the whole body has been read; never if it breaks. */
  readonly whole: Promise<void>;
  /** Resolves if the body breaks on either side. The fetch must then be aborted, unless it ends by itself. */
  readonly broken: Promise<void>;
  /** Resolves if no byte has moved for too long: the client sent none, or the origin took none. Only if that is watched. */
  readonly stalled?: Promise<"client" | "origin">;
}

/**
 * Passes a streaming request body to fetch, and reports what fetch does not: that the whole body has been read (only then
 * can the origin be expected to answer), and that it broke. The runtime ends a body that fails as if it were complete
 * (docs/decisions/0006): an origin would take half an upload for the whole. So the error is kept from it (`preventAbort`),
 * and the body stays open until the fetch is aborted.
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

export interface Watch {
  /** Undefined for no deadline. */
  readonly withinMs: number | undefined;
  /** Called when nothing more of the body comes: it has ended, was broken off, or nobody reads it any more. */
  readonly ended?: (() => void) | undefined;
  /** The declared length, which preserves the answer's Content-Length. */
  readonly bytes: number | undefined;
}

/**
 * Cuts a body off at its deadline, and tells when it ends. The runtime passes an untouched body from origin to client itself, and during that time
 * no timer of the request fires (seen on workerd 2026-11-02), nor does it tell when the body ends. So a body that is watched
 * passes through here, at some cost, and no other one. When the body is cut off, the client sees a broken transfer and the origin a closed connection.
 */
export function watched(
  body: ReadableStream<Uint8Array>,
  { withinMs, bytes, ended }: Watch,
): ReadableStream<Uint8Array> {
  const { readable, writable } =
    bytes === undefined ? new IdentityTransformStream() : new FixedLengthStream(bytes);
  const abort = new AbortController();
  const breakOff = () => abort.abort(connectionLost("the total time-out has passed"));
  const callOff = withinMs === undefined ? undefined : realTime(withinMs, breakOff);
  // Any failure also ends the reader, so there is nobody left to tell.
  body
    .pipeTo(writable, { signal: abort.signal })
    .catch(() => {})
    .finally(() => {
      callOff?.();
      ended?.();
    });
  return readable;
}

export interface Counted {
  readonly readable: ReadableStream<Uint8Array>;
  /** Meaningful once the platform has finished with the stream, or has failed. */
  state(): { readonly bytes: number; readonly broken: boolean };
  /** Stops reading, because the platform no longer reads. */
  stop(): void;
}

/**
 * Passes a stream to the platform as one of the platform's own kind, and reports how many bytes it had and whether it broke.
 * (If a script stream breaks while the platform reads it, the runtime reports a bug of ours.)
 */
export function counted(stream: ReadableStream<Uint8Array>): Counted {
  const { readable, writable } = new IdentityTransformStream();
  const reader = stream.getReader();
  const writer = writable.getWriter();
  let bytes = 0;
  let broken = false;

  async function handOn(): Promise<void> {
    for (;;) {
      const next = await reader.read().catch(() => undefined);
      if (!next) {
        broken = true;
        return writer.abort(new Error("the body broke"));
      }
      if (next.done) return writer.close();
      bytes += next.value.length;
      await writer.write(next.value);
    }
  }
  handOn().catch(() => {}); // the reader has failed, and reports it
  return { readable, state: () => ({ bytes, broken }), stop: () => void cancelQuietly(reader) };
}
