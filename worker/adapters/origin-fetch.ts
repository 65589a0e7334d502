// One attempt at one origin, over the platform's fetch. Bodies pass as they are: compressed stays compressed.
import { err, ok, type Result } from "../../shared/result.ts";
import type { OriginFailure, OriginReply, OriginRequest, Origins } from "../ports.ts";
import { endingInTime } from "./ending-in-time.ts";
import { handOver } from "./hand-over.ts";

/**
 * A pipe from the client's upload to the origin breaks at either end. Where it was the origin's, fetch knows by
 * itself, an early answer included, and gets this long to say so.
 */
const FETCH_SPEAKS_FIRST_MS = 50;

export const originFetch: Origins = { fetch: attempt };

async function attempt(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>> {
  const startedAt = Date.now();
  const abort = new AbortController();
  const timers: ReturnType<typeof setTimeout>[] = [];
  let answered = false;
  const failAfter = (ms: number, failure: OriginFailure) => {
    if (!answered) timers.push(setTimeout(() => abort.abort(new Failed(failure)), ms));
  };
  const timeOutAfter = (afterMs: number) => failAfter(afterMs, { kind: "timeout", afterMs });
  const clientGone = () => abort.abort(new Failed({ kind: "client-gone" }));

  const upload = uploadOf(request);
  if (request.totalMs !== undefined) timeOutAfter(request.totalMs);
  if (upload === undefined) timeOutAfter(request.firstByteMs);
  else void upload.whole.then(() => timeOutAfter(request.firstByteMs));
  void upload?.broken.then(() => failAfter(FETCH_SPEAKS_FIRST_MS, { kind: "request-body-broken" }));
  request.signal?.addEventListener("abort", clientGone, { once: true });
  if (request.signal?.aborted) clientGone(); // while another origin was tried
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: upload === undefined ? bodyOf(request) : upload.body,
      redirect: "manual",
      signal: abort.signal,
      // The runtime would otherwise unpack what it reads and pack what it writes, and lose Content-Length.
      encodeResponseBody: "manual",
    });
    if (isRelayable(response)) return ok(replyOf(response, request.totalMs, startedAt));
    void response.body?.cancel();
    return err({ kind: "connect", message: `its status ${response.status} cannot be relayed` });
  } catch (error) {
    request.signal?.removeEventListener("abort", clientGone);
    const reason: unknown = abort.signal.reason;
    if (reason instanceof Failed) return err(reason.failure);
    // What cannot be made into a request is a bug of ours, and no origin's failure; the network's are no TypeErrors.
    if (error instanceof TypeError) throw error;
    return err({ kind: "connect", message: String(error) });
  } finally {
    answered = true; // an upload may still be on its way
    for (const timer of timers) clearTimeout(timer);
  }
}

class Failed extends Error {
  readonly failure: OriginFailure;

  constructor(failure: OriginFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/** fetch takes no body for these two; admission has let pass an empty one at most. */
const bodyOf = ({ method, body }: OriginRequest) => (method === "GET" || method === "HEAD" ? null : body);

function uploadOf(request: OriginRequest) {
  const body = bodyOf(request);
  return body instanceof ReadableStream ? handOver(body, request.headers.get("content-length")) : undefined;
}

/** A Response can hold no other status; 101 without a WebSocket leads to a protocol that nobody speaks here. */
const isRelayable = ({ status, webSocket }: Response): boolean =>
  status === 101 ? webSocket !== null : status >= 200 && status <= 599;

function replyOf(response: Response, totalMs: number | undefined, startedAt: number): OriginReply {
  const { status, statusText, body, webSocket } = response;
  const headers = new Headers(response.headers);
  if (body === null || totalMs === undefined) return { status, statusText, headers, body, webSocket };
  const declared = headers.get("content-length");
  const deadline = {
    withinMs: Math.max(0, totalMs - (Date.now() - startedAt)),
    bytes: declared === null ? undefined : Number(declared),
  };
  return { status, statusText, headers, body: endingInTime(body, deadline), webSocket };
}
