// One attempt at one origin, over the platform's fetch. Bodies pass as they are: compressed stays compressed.
import { err, ok, type Result } from "../../shared/result.ts";
import type { OriginFailure, OriginReply, OriginRequest, Origins } from "../ports.ts";
import { type Framing, framingOf, settleLength } from "../rewriting/framing.ts";
import { reasonPhrase } from "../rewriting/reason-phrase.ts";
import { endingInTime } from "./ending-in-time.ts";
import { GivenUp } from "./given-up.ts";
import { originalOf } from "./original.ts";
import type { RunsOn } from "./peer.ts";
import { type Fetch, uploading } from "./uploading.ts";
import { endOf } from "./within.ts";

export function originFetch(runsOn: RunsOn, fetching: Fetch = fetch): Origins {
  const platform = runsOn === "cloudflare" ? { cf: PAST_THE_ZONES_CACHE } : {};
  return { fetch: (request) => attempt(request, platform, fetching) };
}

/**
 * Cloudflare keeps a cache of its own under every fetch, which goes by the file's extension, knows of no Vary but that on
 * Accept-Encoding and of no site of ours. `cache: "no-store"` tells the platform the same, and writes Cache-Control and Pragma
 * into the request for everybody else on the way (docs/decisions/0024).
 */
const PAST_THE_ZONES_CACHE = { cacheTtl: -1, cacheLevel: "bypass" };

type Fetched = Result<OriginReply, OriginFailure>;

function attempt(
  request: OriginRequest,
  platform: { readonly cf?: RequestInitCfProperties },
  fetching: Fetch,
): Promise<Fetched> {
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
    ...platform,
  } as const;
  const deadline = totalMs === undefined ? undefined : Date.now() + totalMs;
  const arrived = (response: Response): Fetched => received(response, deadline);
  if (body instanceof ReadableStream)
    return uploading(url, { ...init, body }, { ...request, fetching }).then(arrived, failed);

  const afterMs = Math.min(request.firstByteMs, totalMs ?? Number.POSITIVE_INFINITY);
  const response = fetching(url, init);
  const late = (): Fetched => {
    // The fetch is left alone, since an abort signal makes every request a tenth dearer (docs/performance.md): it ends
    // with the client's request, or with its answer, whose connection is then set free.
    response.then((answer) => answer.body?.cancel()).catch(() => {});
    return err({ kind: "timeout", afterMs });
  };
  return endOf(response, afterMs, { arrived, failed, late });
}

function received(response: Response, deadline: number | undefined): Fetched {
  const framing = framingOf(response.headers);
  const fault = faultIn(response, framing);
  if (fault === undefined) return ok(replyOf(response, framing, deadline));
  response.body?.cancel().catch(() => {}); // broken already: as good
  return err({ kind: "connect", message: fault });
}

function failed(error: unknown): Fetched {
  if (error instanceof GivenUp) return err(error.failure);
  // What cannot be made into a request is a bug of ours, and no origin's failure; the network's are no TypeErrors.
  if (error instanceof TypeError) throw error;
  return err({ kind: "connect", message: String(error) });
}

/** Why it cannot be relayed; undefined where it can. */
function faultIn({ status, webSocket, body }: Response, framing: Framing): string | undefined {
  // A Response can hold no other status; 101 without a WebSocket leads to a protocol that nobody speaks here.
  const isStatus = status === 101 ? webSocket !== null : status >= 200 && status <= 599;
  if (!isStatus) return `its status ${status} cannot be relayed`;
  if (body === null) return undefined;
  if (framing.kind === "coded") return "its body is in a transfer coding that the runtime does not undo";
  return framing.kind === "contradictory"
    ? "where its body ends is told in two ways, or not at all"
    : undefined;
}

function replyOf(response: Response, framing: Framing, deadline: number | undefined): OriginReply {
  const { status, webSocket } = response;
  const body = bodyOf(response, framing, deadline);
  const statusText = reasonPhrase(response.statusText);
  const original = originalOf(response, body, statusText);
  const { headers } = original;
  settleLength(headers, framing);
  if (status === 204 || status === 205) headers.delete("content-length"); // RFC 9110 §8.6, §15.3.6
  return { status, statusText, headers, body, webSocket, original };
}

function bodyOf(
  { body }: Response,
  framing: Framing,
  deadline: number | undefined,
): ReadableStream<Uint8Array> | null {
  if (body === null || deadline === undefined) return body;
  const bytes = framing.kind === "length" ? framing.bytes : undefined;
  return endingInTime(body, { withinMs: Math.max(0, deadline - Date.now()), bytes });
}
