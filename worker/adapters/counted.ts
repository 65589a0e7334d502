// Passes a stream to the platform as one of the platform's own kind, and reports how many bytes it had and whether it broke.
// (If a script stream breaks while the platform reads it, the runtime reports a bug of ours.)

import { cancelQuietly } from "../bodies/cancel-quietly.ts";

export interface Counted {
  readonly readable: ReadableStream<Uint8Array>;
  /** Meaningful once the platform has finished with the stream, or has failed. */
  state(): { readonly bytes: number; readonly broken: boolean };
  /** Stops reading, because the platform no longer reads. */
  stop(): void;
}

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
