// Reads a body in pieces as large as they come.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";

type Bytes = ReadableStream<Uint8Array>;

export interface Reader {
  /** The next bytes, valid until the next call; undefined at the end. Rejects if the body breaks. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

const BUFFER_BYTES = 65_536;
/** For a body that comes as fast as it is read: the fewer steps it takes, the less it costs. */
const LARGEST_BUFFER_BYTES = 1_048_576;

/**
 * A body from the network is read into one large buffer: otherwise it comes in pieces of 4 KB, at six times the cost. The buffer grows
 * while it is filled, and shrinks when it is not, so that many slow bodies hold little memory.
 */
export function readerOf(body: Bytes, length = Number.POSITIVE_INFINITY): Reader {
  const reader = byobReaderOf(body);
  if (!reader) {
    const plain = body.getReader();
    return { read: async () => (await plain.read()).value, cancel: () => void cancelQuietly(plain) };
  }
  let buffer = new ArrayBuffer(Math.max(1, Math.min(BUFFER_BYTES, length)));
  return {
    read: async () => {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done || !value) return undefined;
      const bytes = Math.min(bufferAfter(value), Math.max(1, length));
      buffer = bytes === value.buffer.byteLength ? value.buffer : new ArrayBuffer(bytes);
      return value;
    },
    cancel: () => void cancelQuietly(reader),
  };
}

function bufferAfter({ length, buffer: { byteLength } }: Uint8Array): number {
  if (length === byteLength) return Math.min(byteLength * 2, LARGEST_BUFFER_BYTES);
  return length < byteLength / 4 ? Math.max(byteLength / 2, BUFFER_BYTES) : byteLength;
}

/** Undefined for a stream that script produces. */
function byobReaderOf(body: Bytes): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
