// Breaks a body that is longer than allowed, so that no part of it is kept.

export function atMost(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  let left = maxBytes;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.length;
        if (left < 0) controller.error(new Error(`longer than ${maxBytes} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
}
