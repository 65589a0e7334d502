// One attempt at one origin, over the platform's fetch. Bodies pass as they are: compressed stays compressed.
import { err, ok, type Result } from "../../shared/result.ts";
import type { OriginFailure, OriginReply, OriginRequest, Origins } from "../ports.ts";
import { endingInTime } from "./ending-in-time.ts";
import { GivenUp, inTime } from "./given-up.ts";
import { originalOf } from "./original.ts";
import { uploading } from "./uploading.ts";

export const originFetch: Origins = { fetch: attempt };

async function attempt(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>> {
  const startedAt = Date.now();
  try {
    const response = await responseTo(request);
    if (isRelayable(response)) return ok(replyOf(response, request.totalMs, startedAt));
    void response.body?.cancel();
    return err({ kind: "connect", message: `its status ${response.status} cannot be relayed` });
  } catch (error) {
    if (error instanceof GivenUp) return err(error.failure);
    // What cannot be made into a request is a bug of ours, and no origin's failure; the network's are no TypeErrors.
    if (error instanceof TypeError) throw error;
    return err({ kind: "connect", message: String(error) });
  }
}

function responseTo(request: OriginRequest): Promise<Response> {
  const { url, method, headers, totalMs } = request;
  // fetch takes no body for these two; admission has let pass an empty one at most.
  const body = method === "GET" || method === "HEAD" ? null : request.body;
  const init = {
    method,
    headers,
    body,
    redirect: "manual",
    // The runtime would otherwise unpack what it reads and pack what it writes, and lose Content-Length.
    encodeResponseBody: "manual",
  } as const;
  if (body instanceof ReadableStream) return uploading(url, { ...init, body }, request);
  return inTime(fetch(url, init), Math.min(request.firstByteMs, totalMs ?? Number.POSITIVE_INFINITY));
}

/** A Response can hold no other status; 101 without a WebSocket leads to a protocol that nobody speaks here. */
const isRelayable = ({ status, webSocket }: Response): boolean =>
  status === 101 ? webSocket !== null : status >= 200 && status <= 599;

function replyOf(response: Response, totalMs: number | undefined, startedAt: number): OriginReply {
  const { status, statusText, webSocket } = response;
  const body =
    totalMs === undefined ? response.body : bodyInTime(response, totalMs - (Date.now() - startedAt));
  const original = originalOf(response, body);
  return { status, statusText, headers: original.headers, body, webSocket, original };
}

function bodyInTime({ body, headers }: Response, withinMs: number): ReadableStream<Uint8Array> | null {
  if (body === null) return null;
  const declared = headers.get("content-length");
  const bytes = declared === null ? undefined : Number(declared);
  return endingInTime(body, { withinMs: Math.max(0, withinMs), bytes });
}
