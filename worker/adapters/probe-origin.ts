// One probe of one origin. Its time-out covers the body, of which only the beginning is read.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import type { Probe } from "../keeping/probe.ts";
import { bodyIsGood, MAX_PROBED_BYTES, statusIsGood } from "../keeping/probe-answer.ts";
import type { ProbeResult } from "../keeping/probed.ts";
import type { Origins } from "../ports.ts";
import { endOf } from "./within.ts";

/** Never rejects. */
export async function probeOrigin(
  probe: Probe,
  origins: Pick<Origins, "fetch">,
  now: () => number,
): Promise<ProbeResult> {
  const at = now();
  const giveUp = new AbortController();
  const because = await endOf(failureOf(probe, origins, giveUp.signal), probe.timeoutMs, {
    arrived: (failure) => failure,
    failed: () => "connect", // the body broke off
    late: () => "timeout",
  });
  giveUp.abort(); // closes the connection of a body that is not read to its end
  return { at, ms: Math.max(0, now() - at), ...(because !== undefined && { because }) };
}

/** Undefined if the origin is good. */
async function failureOf(
  probe: Probe,
  origins: Pick<Origins, "fetch">,
  giveUp: AbortSignal,
): Promise<string | undefined> {
  const { url, endpoint, method, timeoutMs } = probe;
  const reply = await origins.fetch({
    url,
    ...(endpoint && { endpoint }),
    method,
    headers: fieldsOf(probe),
    body: null,
    firstByteMs: timeoutMs,
    totalMs: undefined, // the caller's time covers everything
    giveUp,
  });
  if (!reply.ok) return reply.error.kind;
  const { status, body } = reply.value;
  if (!statusIsGood(probe, status)) {
    if (body) void cancelQuietly(body);
    return String(status);
  }
  const text = body ? await beginningOf(body) : "";
  return bodyIsGood(probe, text) ? undefined : "body";
}

/** The site may name other values for ours. */
function fieldsOf({ headers }: Probe): Headers {
  const fields = new Headers({ "user-agent": "headgate (health)", accept: "*/*" });
  for (const [name, value] of headers) fields.set(name, value);
  return fields;
}

async function beginningOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    const piece = value.subarray(0, MAX_PROBED_BYTES - bytes);
    text += decoder.decode(piece, { stream: true });
    bytes += piece.length;
    if (bytes < MAX_PROBED_BYTES) continue;
    void cancelQuietly(reader);
    return text;
  }
}
