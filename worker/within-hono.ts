// Answers a request that a Hono app hands on: `c.req.raw`, with what the app's middleware has done to it.
import type { Context } from "hono";
import type { Soon } from "../shared/soon.ts";
import { requestAgain } from "./adapters/request-again.ts";
import type { Answering, WaitUntil } from "./answering.ts";

export function answerWithin<Bindings extends object>(
  c: Context<{ Bindings: Bindings }>,
  answering: Answering<Bindings>,
): Soon<Response> {
  const { raw } = c.req;
  const answer = (request: Request, bodyIsGone: boolean) =>
    answering.answer(request, c.env, contextOf(c), { url: raw.url, bodyIsGone });
  const isRead = raw.bodyUsed || raw.body?.locked === true;
  if (!isRead) return answer(raw, false);
  return requestAgain(c.req).then((again) => answer(again ?? raw, again === undefined));
}

/** Hono throws if there is none. */
export function contextOf(c: { readonly executionCtx: WaitUntil }): WaitUntil {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
