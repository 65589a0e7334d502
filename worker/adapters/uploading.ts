// A request whose body streams from the client to the origin. The body may break on either side. The time limit for the
// origin's answer starts when the whole body has been sent.
import type { OriginFailure, OriginRequest } from "../ports.ts";
import { handOver } from "./native-streams.ts";
import { handOverWatched } from "./watched-upload.ts";
import { realTime } from "./within.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * The pipe from the client to the origin may break on either side. If it broke on the origin's side, fetch finds out itself,
 * for example by an early answer, and gets this long to report it.
 */
const FETCH_SPEAKS_FIRST_MS = 50;

/** So much the system of an origin takes in its place, though the origin hangs. Then `firstByteMs` is the limit. */
const ALWAYS_TAKEN_BYTES = 65_536;

const NEVER = Number.POSITIVE_INFINITY;

export async function uploading(
  url: string,
  init: RequestInit & { readonly body: ReadableStream<Uint8Array>; readonly headers: Headers },
  {
    firstByteMs,
    totalMs,
    idleMs,
    takesWithinMs = idleMs,
    giveUp,
    fetching,
  }: OriginRequest & { readonly fetching: Fetch },
): Promise<Response> {
  const length = init.headers.get("content-length");
  const isTaken = length !== null && Number(length) <= ALWAYS_TAKEN_BYTES;
  const limits = { client: idleMs ?? NEVER, origin: (isTaken ? idleMs : takesWithinMs) ?? NEVER };
  const isWatched = limits.client !== NEVER || limits.origin !== NEVER;
  const upload = isWatched ? handOverWatched(init.body, length, limits) : handOver(init.body, length);
  const abort = new AbortController();
  const callOffs: (() => void)[] = [];
  let answered = false;
  const giveUpAfter = (ms: number, failure: () => OriginFailure) => {
    if (!answered) callOffs.push(realTime(ms, () => abort.abort(new GivenUp(failure()))));
  };
  const timeOutAfter = (afterMs: number) => giveUpAfter(afterMs, () => ({ kind: "timeout", afterMs }));

  const startedAt = Date.now();
  const giveUpNow = () => abort.abort(new GivenUp({ kind: "timeout", afterMs: Date.now() - startedAt }));
  giveUp?.addEventListener("abort", giveUpNow);
  if (giveUp?.aborted) giveUpNow();
  let isWhole = false;
  void upload.whole.then(() => {
    isWhole = true;
    timeOutAfter(firstByteMs);
  });
  if (totalMs !== undefined) {
    const afterMs = totalMs;
    giveUpAfter(afterMs, () => ({ kind: "timeout", afterMs, ...(!isWhole && { duringUpload: true }) }));
  }
  void upload.stalled?.then((waitedFor) =>
    giveUpAfter(0, () =>
      waitedFor === "client" ? { kind: "request-body-stalled" } : { kind: "timeout", afterMs: limits.origin },
    ),
  );
  void upload.broken.then(() => giveUpAfter(FETCH_SPEAKS_FIRST_MS, () => ({ kind: "request-body-broken" })));
  try {
    return await fetching(url, { ...init, body: upload.body, signal: abort.signal });
  } catch (error) {
    throw abort.signal.reason instanceof GivenUp ? abort.signal.reason : error;
  } finally {
    answered = true; // the upload may still be in progress
    for (const callOff of callOffs) callOff();
  }
}

/** The reason with which a fetch is aborted: why the edge gave up on an origin before it answered. */
export class GivenUp extends Error {
  readonly failure: OriginFailure;

  constructor(failure: OriginFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}
