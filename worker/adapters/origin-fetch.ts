// One attempt at one origin, through the platform's fetch. Bodies pass unchanged: a compressed body stays compressed.
import { err, ok, type Result } from "../../shared/result.ts";
import { Deadline } from "../balancing/deadline.ts";
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Log, OriginFailure, OriginReply, OriginRequest, Origins } from "../ports.ts";
import { type Framing, framingOf, settleLength } from "../rewriting/framing.ts";
import { reasonPhrase } from "../rewriting/from-origin.ts";
import { toldByPlatform } from "../rewriting/told-by-platform.ts";
import { connectionLost } from "./connection-lost.ts";
import { CLOSING_MS, type Following, followedSocket } from "./followed-socket.ts";
import { handedOn } from "./handed-on.ts";
import { watched } from "./native-streams.ts";
import { originalOf } from "./original.ts";
import { PAST_THE_ZONES_CACHE } from "./past-the-zones-cache.ts";
import type { RunsOn } from "./peer.ts";
import type { Reach } from "./reach.ts";
import { type Fetch, GivenUp, uploading } from "./uploading.ts";
import { endOf } from "./within.ts";

export interface OriginFetchOptions {
  readonly fetching?: Fetch;
  /** For origins whose URL does not say it all. */
  readonly reach?: Reach;
  readonly warn?: Log["warn"];
  readonly closingMs?: number;
}

export function originFetch(runsOn: RunsOn, options: OriginFetchOptions = {}): Origins {
  const { fetching = fetch, reach = NOWHERE, warn, closingMs = CLOSING_MS } = options;
  const told = runsOn === "cloudflare" ? toldByPlatform : nothingTold;
  const platform: Platform = {
    init: runsOn === "cloudflare" ? { cf: PAST_THE_ZONES_CACHE } : {},
    told,
    closingMs,
  };
  const warned = new Set<string>();
  const fetchAt = (request: OriginRequest): Promise<Fetched> => {
    if (!request.endpoint) return attempt(request, platform, fetching);
    const reached = reach(request.endpoint);
    if (!(reached instanceof Error)) return attempt(request, platform, reached);
    const { id } = request.endpoint;
    if (!warned.has(id) && warned.size < MOST_WARNED) {
      warned.add(id);
      warn?.("an origin cannot be reached as its site asks", { endpoint: id, error: reached.message });
    }
    return Promise.resolve(err({ kind: "connect", message: reached.message }));
  };
  return {
    fetch: (request) => {
      const { ended } = request;
      const result = fetchAt(request);
      return ended ? tellingFailure(result, ended) : result;
    },
  };
}

const NOWHERE: Reach = ({ id }) => new Error(`nothing is set up for ${id}`);

/** Each endpoint is reported once. A site may change, so they may be many. */
const MOST_WARNED = 1_000;

/** The end of a response is told by its body. */
async function tellingFailure(result: Promise<Fetched>, ended: () => void): Promise<Fetched> {
  let mayGoOn = false;
  try {
    const fetched = await result;
    mayGoOn = fetched.ok;
    return fetched;
  } finally {
    if (!mayGoOn) ended();
  }
}

interface Platform {
  readonly init: { readonly cf?: RequestInitCfProperties };
  /** The failure that a response tells of which the platform made itself. */
  readonly told: typeof toldByPlatform;
  readonly closingMs: number;
}

const nothingTold = () => undefined;

type Fetched = Result<OriginReply, OriginFailure>;

function attempt(request: OriginRequest, platform: Platform, fetching: Fetch): Promise<Fetched> {
  const { url, method, headers, totalMs, idleMs, giveUp, ended, bodyEnded } = request;
  const isFollowed = ended !== undefined && headers.has("upgrade");
  const cutting = request.mayBeCutOff || isFollowed ? new AbortController() : undefined;
  // fetch accepts no body for these two. Admission lets only an empty one pass.
  const body = method === "GET" || method === "HEAD" ? null : request.body;
  const init = {
    method,
    headers,
    body,
    redirect: "manual",
    // Otherwise the runtime would decompress and recompress the body, and lose Content-Length.
    encodeResponseBody: "manual",
    ...signalFrom(giveUp, cutting?.signal),
    ...platform.init,
  } as const;
  const startedAt = Date.now();
  const deadline = totalMs === undefined ? undefined : new Deadline(startedAt, totalMs);
  const arrived = (response: Response): Fetched => {
    const failure = platform.told(response, Date.now() - startedAt);
    if (failure) return refused(response, failure);
    const following = ended && { ended, hangUp: () => cutting?.abort(), closingMs: platform.closingMs };
    return received(response, { deadline, idleMs, ended, bodyEnded, following });
  };
  if (body instanceof ReadableStream)
    return uploading(url, { ...init, body }, { ...request, fetching }).then(arrived, failed);
  const arrivedWhole = (response: Response): Fetched => withCutOff(arrived(response), cutting);

  const afterMs = Math.min(request.firstByteMs, totalMs ?? Number.POSITIVE_INFINITY);
  const response = fetching(url, init);
  const late = (): Fetched => {
    // Without a signal the fetch goes on until its answer arrives or the client's request ends. Then the connection is released.
    response.then((answer) => answer.body?.cancel()).catch(() => {});
    return err({ kind: "timeout", afterMs });
  };
  const failedOrGivenUp = (error: unknown): Fetched =>
    giveUp?.aborted ? err({ kind: "timeout", afterMs: Date.now() - startedAt }) : failed(error);
  return endOf(response, afterMs, { arrived: arrivedWhole, failed: failedOrGivenUp, late });
}

function signalFrom(
  giveUp: AbortSignal | undefined,
  cutting: AbortSignal | undefined,
): { readonly signal?: AbortSignal } {
  const signal = giveUp && cutting ? AbortSignal.any([giveUp, cutting]) : (giveUp ?? cutting);
  return signal ? { signal } : {};
}

function withCutOff(fetched: Fetched, cutting: AbortController | undefined): Fetched {
  if (!fetched.ok || !cutting) return fetched;
  return ok({ ...fetched.value, cutOff: () => cutting.abort(connectionLost("the body has stalled")) });
}

/** What is to be done with the body of a response; nothing, mostly: then the runtime passes it on by itself. */
interface Watching {
  readonly deadline: Deadline | undefined;
  readonly idleMs: number | undefined;
  readonly ended: (() => void) | undefined;
  readonly bodyEnded: OriginRequest["bodyEnded"];
  /** Of a WebSocket. */
  readonly following: Following | undefined;
}

function received(response: Response, watch: Watching): Fetched {
  const framing = framingOf(response.headers);
  const fault = faultIn(response, framing);
  if (fault === undefined) return ok(replyOf(response, framing, watch));
  return refused(response, { kind: "connect", message: fault });
}

function refused({ body }: Response, failure: OriginFailure): Fetched {
  if (body) void cancelQuietly(body);
  return err(failure);
}

function failed(error: unknown): Fetched {
  if (error instanceof GivenUp) return err(error.failure);
  // A request that cannot be built is a bug of ours, not the origin's failure. Network errors are not TypeErrors.
  if (error instanceof TypeError) throw error;
  // Otherwise a large file in slices would have good origins ejected, for everybody.
  if (/\btoo many subrequests\b/i.test(String(error))) return err({ kind: "too-many-subrequests" });
  return err({ kind: "connect", message: String(error) });
}

/** Why the response cannot be relayed; undefined if it can. */
function faultIn({ status, webSocket, body }: Response, framing: Framing): string | undefined {
  // A Response cannot hold any other status. A 101 without a WebSocket switches to a protocol that is not supported here.
  const isStatus = status === 101 ? webSocket !== null : status >= 200 && status <= 599;
  if (!isStatus) return `its status ${status} cannot be relayed`;
  if (body === null) return undefined;
  if (framing.kind === "coded") return "its body is in a transfer coding that the runtime does not undo";
  return framing.kind === "contradictory"
    ? "where its body ends is told in two ways, or not at all"
    : undefined;
}

function replyOf(response: Response, framing: Framing, watch: Watching): OriginReply {
  const { status, webSocket } = response;
  const statusText = reasonPhrase(response.statusText);
  if (webSocket && watch.following) {
    const headers = new Headers(response.headers);
    return { status, statusText, headers, body: null, webSocket: followedSocket(webSocket, watch.following) };
  }
  const body = bodyOf(response, framing, watch);
  const original = originalOf(response, body, statusText);
  const { headers } = original;
  settleLength(headers, framing);
  if (status === 204 || status === 205) headers.delete("content-length"); // RFC 9110 §8.6, §15.3.6
  return { status, statusText, headers, body, webSocket, original };
}

function bodyOf(
  { body }: Response,
  framing: Framing,
  { deadline, idleMs, ended, bodyEnded }: Watching,
): ReadableStream<Uint8Array> | null {
  if (body === null) {
    ended?.();
    return null;
  }
  if (deadline === undefined && idleMs === undefined && !ended) return body;
  const bytes = framing.kind === "length" ? framing.bytes : undefined;
  const withinMs = deadline && Math.max(0, deadline.leftAt(Date.now()));
  if (idleMs === undefined) return watched(body, { withinMs, bytes, ended });
  const { readable, sent } = handedOn(body, bytes, { idleMs, withinMs });
  void sent.then((how) => {
    ended?.();
    if (how.ended === "whole") bodyEnded?.("whole");
    else if (how.ended === "origin-broke" && !how.isLate) bodyEnded?.("cut");
  });
  return readable;
}
