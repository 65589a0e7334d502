// Passes a body on through script, and counts it. The runtime passes a body on by itself at a fraction of the cost, but then
// tells neither how much of it was sent nor whether it broke off.
import type { Reply } from "../message.ts";
import type { BodySent, CountedReply } from "../ports.ts";
import { type Reader, readerOf } from "./body-reader.ts";
import { connectionLost } from "./connection-lost.ts";
import { CLOSING_MS, followedSocket } from "./followed-socket.ts";
import { watchStall } from "./stall-watch.ts";
import { transformed } from "./transforms.ts";
import { realTime } from "./within.ts";

type Bytes = ReadableStream<Uint8Array>;

export interface HandedOn {
  readonly readable: Bytes;
  /** Resolves when nothing more is sent. Never rejects. */
  readonly sent: Promise<Handed>;
}

interface Handed extends BodySent {
  /** It was the edge that broke it off, for a time limit. */
  readonly isLate: boolean;
}

/** When one has passed, the transfer breaks. */
export interface TimeLimits {
  /** How long no byte may move. */
  readonly idleMs?: number | undefined;
  /** How long it may take in total. */
  readonly withinMs?: number | undefined;
}

/** Without a length the runtime sends the body in chunks. */
export function handedOn(body: Bytes, length: number | undefined, limits: TimeLimits = {}): HandedOn {
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  return { readable, sent: handOn(readerOf(body, length), writable.getWriter(), length, limits) };
}

/**
 * That the client has left is told when further bytes cannot be sent, and no sooner. It counts to the declared length
 * itself: if there are more or fewer bytes, the runtime would report an uncaught bug of ours.
 */
async function handOn(
  { read, cancel }: Reader,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  length: number | undefined,
  { idleMs, withinMs }: TimeLimits,
): Promise<Handed> {
  let bytes = 0;
  let isReading = true;
  let isLate = false;
  const breakOff = () => {
    isLate = true;
    cancel();
    void writer.abort(connectionLost()).catch(() => {});
  };
  const watch = idleMs === undefined ? undefined : watchStall(idleMs, breakOff);
  const callOff = withinMs === undefined ? undefined : realTime(withinMs, breakOff);
  try {
    for (let chunk = await read(); chunk; chunk = await read()) {
      watch?.moved();
      if (bytes + chunk.byteLength > (length ?? Number.POSITIVE_INFINITY))
        throw new Error("more than declared");
      isReading = false;
      await writer.write(chunk);
      watch?.moved();
      isReading = true;
      bytes += chunk.byteLength;
    }
    if (isLate || bytes < (length ?? 0)) throw new Error("less than declared");
    isReading = false;
    await writer.close();
    return { bytes, ended: "whole", isLate };
  } catch {
    cancel();
    await writer.abort(connectionLost()).catch(() => {});
    return { bytes, ended: isReading ? "origin-broke" : "client-left", isLate };
  } finally {
    watch?.end();
    callOff?.();
  }
}

/** What is no stream the runtime sends by itself, from memory. */
export function countSent(reply: Reply): CountedReply {
  if (reply.webSocket) return countSocket(reply);
  if (!(reply.body instanceof ReadableStream) && !reply.transforms)
    return { reply, sent: Promise.resolve(NOTHING_TO_WAIT_FOR) };
  const { body, bodyLength, original: _original, transforms: _done, ...rest } = transformed(reply);
  if (!(body instanceof ReadableStream)) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body).length : (body?.length ?? 0);
    return { reply: { ...rest, body }, sent: Promise.resolve({ bytes, ended: "whole" }) };
  }
  const { readable, sent } = handedOn(body, bodyLength ?? declaredLength(rest.headers));
  return { reply: { ...rest, body: readable }, sent };
}

const NOTHING_TO_WAIT_FOR: BodySent = { bytes: 0, ended: "whole" };

/** What passes over it is not counted. */
function countSocket({ original: _original, ...reply }: Reply): CountedReply {
  const { promise: sent, resolve } = Promise.withResolvers<BodySent>();
  const following = {
    ended: () => resolve(NOTHING_TO_WAIT_FOR),
    hangUp: reply.cutOff ?? (() => {}), // where the attempt is not counted, its connection is left to the runtime
    closingMs: CLOSING_MS,
  };
  const webSocket = followedSocket(reply.webSocket as WebSocket, following);
  return { reply: { ...reply, webSocket }, sent };
}

function declaredLength(headers: Headers): number | undefined {
  const declared = headers.get("content-length");
  return declared === null ? undefined : Number(declared);
}
