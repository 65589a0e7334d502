// Keeps a small request body so that it can be sent again. A longer body is streamed, and its request is not retried.
import { err, ok, type Result } from "../../shared/result.ts";
import type { Body } from "../message.ts";
import { joinBytes } from "./cut.ts";

export interface Replay {
  /** The body for the first attempt. */
  readonly body: Body;
  /** Whether the same body can be used for another attempt. */
  readonly kept: boolean;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** One step of reading, for callers that observe it or give up. A rejection means that the body is broken. */
export type ReadChunk = (reader: Reader) => Promise<ReadableStreamReadResult<Uint8Array>>;

const readOn: ReadChunk = (reader) => reader.read();

/** Reads up to `maxBytes`. A longer body continues as a stream: first what was read, then the rest. */
export async function keepForReplay(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  read = readOn,
): Promise<Result<Replay, "body-broken">> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes <= maxBytes) {
      const { done, value } = await read(reader);
      if (done) return ok({ body: joined(chunks), kept: true });
      chunks.push(value);
      bytes += value.byteLength;
    }
  } catch {
    return err("body-broken");
  }
  return ok({ body: resume(chunks, reader, read), kept: false });
}

function resume(chunks: readonly Uint8Array[], reader: Reader, read: ReadChunk): ReadableStream<Uint8Array> {
  const waiting = [...chunks];
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = waiting.shift();
      if (next) return controller.enqueue(next);
      const { done, value } = await read(reader);
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** A single chunk is passed on as it is. */
const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 && chunks[0] ? chunks[0] : joinBytes(chunks);
