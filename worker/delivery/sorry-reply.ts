// The reply that a client gets in place of a refusal. Neither the edge nor a browser nor any cache may take it for the page itself: it has
// the status of the refusal, may not be stored, and has no validators.
import type { Reply } from "../message.ts";
import { fieldsOf, type Refusal, statusOf } from "../refusal.ts";
import { overridingIn } from "./make-private.ts";

/** Undefined if the pool has no page either: then the client gets the refusal itself. */
export function sorryReply(reply: Reply, refusal: Refusal): Reply | undefined {
  if (reply.status >= 400) return undefined;
  // A redirect leads to a page that says what is wrong.
  const status = reply.status < 300 ? statusOf(refusal) : reply.status;
  const { original: _ofAnotherStatus, ...rest } = unstorable(reply, refusal);
  return { ...rest, status, statusText: "" };
}

/** The reply with the fields of the refusal. */
export function unstorable(reply: Reply, refusal: Refusal): Reply {
  const { headers } = reply;
  for (const name of [...NOT_OF_THE_PAGE, ...overridingIn(headers)]) headers.delete(name);
  headers.set("cache-control", "no-store");
  for (const [name, value] of fieldsOf(refusal)) if (!headers.has(name)) headers.set(name, value);
  return reply;
}

const NOT_OF_THE_PAGE = ["etag", "last-modified", "expires", "age", "accept-ranges"];
