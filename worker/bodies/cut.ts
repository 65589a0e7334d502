// Cuts ranges out of a body, breaks one that is too long, and joins bytes.
import { formatContentRange, type Stretch } from "../caching/law/ranges.ts";
import type { Body } from "../message.ts";

export function cutStretch(body: Body, { offset, length }: Stretch): Body {
  if (body instanceof Uint8Array) return body.subarray(offset, offset + length);
  if (typeof body === "string" || body === null) return body;
  let skip = offset;
  let left = length;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const from = Math.min(skip, chunk.length);
        skip -= from;
        const piece = chunk.subarray(from, from + left);
        left -= piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (left === 0) controller.terminate();
      },
    }),
  );
}

export interface Multipart {
  readonly boundary: string;
  readonly complete: number;
  readonly type: string | null;
}

/** A multipart/byteranges body (RFC 9110 §14.6). */
export function multipartBody(
  bytes: Uint8Array,
  stretches: readonly Stretch[],
  multipart: Multipart,
): Uint8Array {
  const { boundary, complete, type } = multipart;
  const encoder = new TextEncoder();
  const pieces = stretches.flatMap((stretch) => {
    const fields = [
      `--${boundary}`,
      ...(type === null ? [] : [`Content-Type: ${type}`]),
      `Content-Range: ${formatContentRange(stretch, complete)}`,
    ];
    return [
      encoder.encode(`\r\n${fields.join("\r\n")}\r\n\r\n`),
      bytes.subarray(stretch.offset, stretch.offset + stretch.length),
    ];
  });
  return joinBytes([...pieces, encoder.encode(`\r\n--${boundary}--\r\n`)]);
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Breaks a body that is longer than allowed, so that no part of it is kept. */
export function atMost(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  onExcess: () => void = () => {},
): ReadableStream<Uint8Array> {
  let left = maxBytes;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.length;
        if (left >= 0) return controller.enqueue(chunk);
        onExcess();
        controller.error(new Error(`longer than ${maxBytes} bytes`));
      },
    }),
  );
}
