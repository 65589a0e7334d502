// A Worker that gives up an attempt at an origin through the real adapter. It answers only when the origin has told it, on
// another connection, that the connection of the attempt is closed.
import { originFetch } from "../../worker/adapters/origin-fetch.ts";

const WAITING_MS = 100;

export default {
  async fetch(request: Request): Promise<Response> {
    const { method, headers } = request;
    const origin = headers.get("x-origin");
    const when = headers.get("x-when");
    const giveUp = new AbortController();
    if (when === "before it is sent") giveUp.abort();
    if (when === "while it waits" || when === "during the upload") {
      setTimeout(() => giveUp.abort(), WAITING_MS);
    }
    const result = await originFetch("standalone").fetch({
      url: `${origin}/attempt`,
      method,
      headers: new Headers(),
      body: headers.has("content-length") ? await request.text() : request.body,
      firstByteMs: 60_000,
      totalMs: undefined,
      giveUp: giveUp.signal,
    });
    if (when === "during the response") giveUp.abort();
    if (when !== "before it is sent") await fetch(`${origin}/closed`);
    return Response.json(result.ok ? { status: result.value.status } : result.error);
  },
};
