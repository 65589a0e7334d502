// A refusal as a problem document (RFC 9457). It names the reason and the request id. The evidence stays in the log.
import { ownReply, type Reply } from "../message.ts";
import { explainRefusal, fieldsOf, type Refusal, statusOf } from "../refusal.ts";

export function problemReply(refusal: Refusal, requestId: string): Reply {
  const status = statusOf(refusal);
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  for (const [name, value] of fieldsOf(refusal)) headers.set(name, value);
  const document = {
    type: `urn:headgate:${refusal.reason}`,
    title: refusal.reason,
    status,
    detail: explainRefusal(refusal),
    requestId,
  };
  return ownReply(status, headers, `${JSON.stringify(document)}\n`);
}
