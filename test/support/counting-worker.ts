// A Worker that relays an origin's answers through the real adapter and the real load memory, and tells how many of its attempts
// are under way.
import { isolateLoad } from "../../worker/adapters/isolate-load.ts";
import { originFetch } from "../../worker/adapters/origin-fetch.ts";
import { toResponse } from "../../worker/adapters/to-response.ts";
import { realTime } from "../../worker/adapters/within.ts";
import { holdPlace } from "../../worker/balancing/hold-place.ts";

const load = isolateLoad({ now: Date.now });
const pool = { key: "the pool" };
const origin = { loadKey: "the origin" };

export default {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/in-flight") return new Response(String(load.inFlight(origin.loadKey)));
    const background = (work: Promise<unknown>) => context.waitUntil(work);
    const { headers } = request;
    const giveUp = new AbortController();
    const result = await originFetch("standalone", {
      closingMs: Number(headers.get("x-closing-ms") ?? 60_000),
    }).fetch({
      url: headers.get("x-origin") + pathname,
      method: request.method,
      headers: new Headers(headers.has("upgrade") ? { upgrade: "websocket" } : {}),
      body: request.body,
      firstByteMs: Number(headers.get("x-first-byte-ms") ?? 60_000),
      totalMs: headers.has("x-total-ms") ? Number(headers.get("x-total-ms")) : undefined,
      giveUp: giveUp.signal,
      ended: holdPlace(pool, origin, { load, after: realTime, background }),
    });
    if (!result.ok) giveUp.abort();
    return result.ok ? toResponse(result.value) : Response.json(result.error, { status: 502 });
  },
};
