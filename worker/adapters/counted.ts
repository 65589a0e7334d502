// A stream handed on to the platform as one of its own kind, that tells afterwards how many bytes there were and
// whether it broke. (A stream of script's that breaks while the platform reads it is reported as a bug of ours.)
import { letGo } from "./gather.ts";

export interface Counted {
  readonly readable: ReadableStream<Uint8Array>;
  /** Of use once the platform is through with it, or has failed. */
  state(): { readonly bytes: number; readonly broken: boolean };
  /** The platform reads no further. */
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
  handOn().catch(() => {}); // whoever reads it has failed, and says so
  return { readable, state: () => ({ bytes, broken }), stop: () => letGo(reader) };
}
