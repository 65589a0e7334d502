// A request body on its way to fetch, watched for a stall. It passes through script for that.
import { readerOf } from "./body-reader.ts";
import type { HandOver } from "./native-streams.ts";
import { watchStall } from "./stall-watch.ts";

/** How long the client may send nothing, and how long the origin may take nothing of what it has sent. May be infinite. */
export interface StallLimits {
  readonly client: number;
  readonly origin: number;
}

/** Like `handOver`, it leaves the body open if it breaks, until the fetch is aborted. */
export function handOverWatched(
  body: ReadableStream<Uint8Array>,
  contentLength: string | null,
  limitsMs: StallLimits,
): HandOver {
  const length = contentLength === null ? undefined : Number(contentLength);
  const through = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const { read, cancel } = readerOf(body, length);
  const writer = through.writable.getWriter();
  const stalled = Promise.withResolvers<"client" | "origin">();
  let waitsFor: "client" | "origin" = "client";
  const shorterMs = Math.min(limitsMs.client, limitsMs.origin);
  const begin = () =>
    watchStall(shorterMs, () => {
      if (limitsMs[waitsFor] === shorterMs) stalled.resolve(waitsFor);
      else watch = begin();
    });
  let watch = begin();

  async function handOn(): Promise<void> {
    for (let chunk = await read(); chunk; chunk = await read()) {
      watch.moved();
      waitsFor = "origin";
      await writer.write(chunk);
      watch.moved();
      waitsFor = "client";
    }
    await writer.close();
  }
  const whole = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  handOn()
    .then(whole.resolve, () => {
      cancel();
      broken.resolve();
    })
    .finally(() => watch.end());
  return { body: through.readable, whole: whole.promise, broken: broken.promise, stalled: stalled.promise };
}
