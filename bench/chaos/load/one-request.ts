// Sends one request, and compares what comes back with what its origin sends.
import type { Dispatcher } from "undici";
import { bodyOf, uploadOf } from "../origin/bodies.ts";
import { HOST } from "../terms.ts";
import type { Outcome } from "./outcome.ts";
import type { Planned } from "./requests.ts";

/** Resolves however it ends. */
export async function outcomeOf(
  connections: Dispatcher,
  { kind, method, target, number }: Planned,
): Promise<Outcome> {
  const sentAt = Date.now();
  const begun = performance.now();
  const seen: { status?: number; origin?: string; error?: string } = {};
  const ended = (end: Outcome["end"]): Outcome => ({
    kind,
    sentAt,
    ms: performance.now() - begun,
    end,
    ...seen,
  });
  try {
    const answer = await connections.request({
      path: target,
      method,
      headers: { host: HOST },
      ...(method === "POST" && { body: uploadOf(number) }),
    });
    seen.status = answer.statusCode;
    const origin = answer.headers["x-origin"];
    if (typeof origin === "string") seen.origin = origin;
    const body = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== 200) return ended("status");
    return ended(body.equals(bodyOf(number)) ? "good" : "false-end");
  } catch (error) {
    seen.error = String(error);
    return ended(seen.status === undefined ? "none" : "broken");
  }
}
