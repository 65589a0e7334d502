// Bodies as they come, and how they are read, in the tests of the stores.
import type { Body } from "../../worker/message.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One chunk after the other; an Error breaks it. */
export function streamOf(...chunks: (string | Error)[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(bytesOf(next));
    },
  });
}

/** A stream whose chunks are sent, and that is ended, by hand. */
export function streamByHand() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  return {
    readable,
    send: (text: string) => writer.write(bytesOf(text)),
    end: () => writer.close(),
    abort: () => writer.abort(new Error("cut")),
  };
}

/** All of it; null only for no body at all. */
export async function readBody(body: Body): Promise<Uint8Array | null> {
  return body === null ? null : new Uint8Array(await new Response(body).arrayBuffer());
}
