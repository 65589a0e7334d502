// One attempt at one origin, over the platform's fetch. Bodies pass as they are: compressed stays compressed.
import { err, ok, type Result } from "../../shared/result.ts";
import type { OriginFailure, OriginReply, OriginRequest, Origins } from "../ports.ts";

export const originFetch: Origins = { fetch: attempt };

async function attempt(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>> {
  const abort = new AbortController();
  const deadline = { firstByteMs: request.firstByteMs, totalMs: request.totalMs ?? Number.POSITIVE_INFINITY };
  const afterMs = Math.min(deadline.firstByteMs, deadline.totalMs);
  const timer = setTimeout(() => abort.abort(new TimedOut()), afterMs);
  const clientGone = () => abort.abort(new ClientGone());
  request.signal?.addEventListener("abort", clientGone, { once: true });
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: abort.signal,
      // The runtime would otherwise unpack what it reads and pack what it writes, and lose Content-Length.
      encodeResponseBody: "manual",
    });
    clearTimeout(timer);
    // The body has until the total time-out; a stream without one may go on for ever.
    if (deadline.totalMs !== Number.POSITIVE_INFINITY && response.body) {
      setTimeout(() => abort.abort(new TimedOut()), Math.max(0, deadline.totalMs));
    }
    return ok({
      status: response.status,
      statusText: response.statusText,
      headers: new Headers(response.headers),
      body: response.body,
      webSocket: response.webSocket,
    });
  } catch (error) {
    clearTimeout(timer);
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
    if (reason instanceof TimedOut) return err({ kind: "timeout", afterMs });
    if (reason instanceof ClientGone) return err({ kind: "client-gone" });
    return err({ kind: "connect", message: String(error) });
  }
}

class TimedOut extends Error {}
class ClientGone extends Error {}
