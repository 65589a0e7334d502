// The request as the origin should see it: path, query and header fields. The origin is chosen later, and some fields after it.
import { type SiteSecrets, STAND_INS } from "../../shared/secrets/site-secrets.ts";
import type { Asked, NamedUrl, OriginAsk } from "../message.ts";
import { pathAndQuery } from "../routing/canonical-target.ts";
import { sendInOneLine } from "../routing/cookies.ts";
import { lineBytes } from "../routing/line-bytes.ts";
import type { Captures } from "../routing/path-table.ts";
import { isWebSocketUpgrade } from "../routing/read-request.ts";
import { setForwarded, setPrefix } from "./forwarded.ts";
import { framingOf, settleLength } from "./framing.ts";
import { editHeaders, type HeaderEdits, isOtherSpelling } from "./header-edits.ts";
import { HOP_BY_HOP, removeListed } from "./hop-by-hop.ts";
import { type Rewrite, rewritePath, rewriteQuery } from "./rewrite.ts";
import { isClaim, type ToldApart } from "./steering-fields.ts";
import { withhold, withholds } from "./withheld.ts";

/** The settings of a route that decide how its origins are asked. */
export interface Asking {
  /** See site.ts. */
  readonly base: string;
  readonly rewrite: Rewrite | null;
  readonly requestEdits: HeaderEdits | null;
  readonly cache: ToldApart | null;
}

export interface Rewriting {
  /** See forwarded.ts. */
  readonly loopToken: string;
  readonly requestId: string;
  readonly action: Asking;
  readonly captures: Captures;
  readonly secrets: SiteSecrets;
  /** See other-urls.ts. */
  readonly otherUrls: readonly NamedUrl[];
}

/** RFC 9110 §5.5; of these the runtime refuses only NUL, CR and LF. */
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

export function toOrigin(asked: Asked, rewriting: Rewriting): OriginAsk {
  const { loopToken, requestId, action, captures, secrets, otherUrls } = rewriting;
  const headers = new Headers(asked.headers);
  removeListed(headers);
  // A single pass with `forEach`: an iterator costs the runtime three times as much (docs/performance.md).
  let receivedBytes = 0;
  let hasControls = false;
  asked.headers.forEach((value, field) => {
    receivedBytes += lineBytes(field, value);
    hasControls ||= CONTROL.test(value);
    if (staysHere(field, asked, action.cache) || isOtherSpelling(field, action.requestEdits))
      headers.delete(field);
    else if (field === "content-length") settleLength(headers, framingOf(asked.headers));
  });
  countForward(headers, asked);
  setForwarded(headers, asked, loopToken);
  if (action.base !== "") setPrefix(headers, action.base);
  headers.set("x-request-id", requestId);
  // Upgrade is hop-by-hop, and this hop needs it too (RFC 6455 §4.1). Any other protocol would be a tunnel past every
  // rule.
  if (isWebSocketUpgrade(asked)) headers.set("upgrade", "websocket");
  const known = { asked, captures, requestId, secrets: STAND_INS };
  const unedited = withholds(action) ? new Headers(headers) : null;
  editHeaders(headers, action.requestEdits, known);
  sendInOneLine(headers);
  const query = rewriteQuery(action.rewrite, known);
  const path = rewritePath(action.rewrite, asked.path, captures);
  // A rewrite of the query also applies to an empty query.
  const loneMark = asked.loneMark && !action.rewrite?.query;
  const target = pathAndQuery({ path, query, loneMark });
  const told = {
    method: asked.method,
    target,
    authority: asked.authority,
    headers,
    receivedBytes,
    otherUrls,
  };
  const ask = hasControls ? { ...told, hasControls } : told;
  if (unedited === null) return ask;
  return withhold(ask, { before: unedited, path, action, known: { ...known, secrets } });
}

/** Whether a field of the client's request concerns only the edge. */
export function staysHere(field: string, asked: Asked, cache: ToldApart | null): boolean {
  switch (field) {
    case "host": // taken from the URL of the attempt
    case "expect": // the runtime has answered it, and cannot relay a 100 (Continue) from the origin
      return true;
    case "content-length":
      // The body of such a request is refused or empty, and the runtime's fetch accepts neither (`Content-Length: 0`).
      return asked.method === "GET" || asked.method === "HEAD";
  }
  if (HOP_BY_HOP.has(field)) return true;
  return isClaim(field, asked, cache) && !asked.identityFields?.includes(field);
}

/** RFC 9110 §7.6.2. A request whose count has reached zero never gets here. */
function countForward(headers: Headers, asked: Asked): void {
  if (asked.method !== "OPTIONS") return;
  const left = headers.get("max-forwards")?.match(/^\d{1,6}$/);
  if (left) headers.set("max-forwards", String(Number(left[0]) - 1));
}

/** The request's fields after its origin has been chosen. `url` is the origin's as it sees it, with its base path. */
export function fieldsAt({ headers, otherUrls }: OriginAsk, url: string): Headers {
  if (otherUrls.length === 0) return headers;
  const fields = new Headers(headers);
  for (const { field, sent, pieces } of otherUrls) {
    if (fields.get(field) === sent) fields.set(field, pieces.join(url));
  }
  return fields;
}
