// The value of one request field as the origin would see it. The request that would be sent selects a stored response
// (RFC 9111 §4.1), not the request that the client sent: the edge removes, edits and writes fields. A hit needs only
// one or two fields, so this avoids building the whole request. test/unit/rewriting/as-sent.test.ts checks that both
// ways agree.
import type { Asked, OriginAsk } from "../message.ts";
import { inOneLine } from "../routing/cookies.ts";
import { type HeaderEdits, isOtherSpelling } from "./header-edits.ts";
import type { ToldApart } from "./steering-fields.ts";
import { staysHere } from "./to-origin.ts";

/** A request on its way to an origin: as the client asked, and as it would be sent. */
export interface SelectingRequest {
  readonly asked: Asked;
  ask(): OriginAsk;
  readonly action: { readonly requestEdits: HeaderEdits | null; readonly cache: ToldApart | null };
}

/** Fields that the edge writes or changes; see forwarded.ts and to-origin.ts. */
const CHANGED_ON_THE_WAY: ReadonlySet<string> = new Set([
  "cdn-loop",
  "forwarded",
  "max-forwards",
  "upgrade",
  "via",
  "x-request-id",
]);
const WRITTEN_HERE = "x-forwarded-";

/** These name no field that would be stripped. */
const LISTS_NO_FIELD = /^(?:keep-alive|close)$/i;

/** Null if the origin does not see the field. `name` is in lower case. */
export function fieldAsSent({ asked, ask, action }: SelectingRequest, name: string): string | null {
  if (mayChange(name, asked, action)) return ask().headers.get(name);
  if (staysHere(name, asked, action.cache) || isOtherSpelling(name, action.requestEdits)) return null;
  const value = asked.headers.get(name);
  return name === "cookie" && value !== null ? inOneLine(value) : value;
}

function mayChange(name: string, { headers }: Asked, { requestEdits }: SelectingRequest["action"]): boolean {
  if (CHANGED_ON_THE_WAY.has(name) || name.startsWith(WRITTEN_HERE)) return true;
  const connection = headers.get("connection");
  if (connection !== null && !LISTS_NO_FIELD.test(connection)) return true;
  return requestEdits?.edited.has(name) === true;
}
