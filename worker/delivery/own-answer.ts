// Answers that the edge makes itself: a redirect or a fixed response because a route says so, and refusals.
import { isBodiless } from "../caching/law/status-codes.ts";
import { type Asked, ownReply, type Reply } from "../message.ts";
import { explainRefusal, fieldsOf, type Refusal, statusOf } from "../refusal.ts";
import { fillField, type Known } from "../rewriting/value.ts";
import type { Action, CompiledSite, ProxyAction } from "../site.ts";
import { CSP } from "./csp.ts";
import { ERROR_POLICY, errorPage } from "./error-page.ts";
import { redirectLocation } from "./redirect.ts";
import { wantsPage } from "./wants-page.ts";

/** Answers that the edge makes itself because a route says so: a redirect, a fixed response. */
export function ownAnswer(action: Exclude<Action, ProxyAction>, known: Known): Reply {
  switch (action.kind) {
    case "redirect": {
      const location = redirectLocation(action.redirect, known.asked, known.captures);
      return ownReply(action.redirect.status, new Headers({ location }), null);
    }
    case "respond": {
      const headers = new Headers();
      for (const [name, value] of action.headers) {
        const filled = fillField(value, known);
        if (filled !== undefined) headers.append(name, filled);
      }
      const body = isBodiless(action.status) ? "" : action.body;
      if (body !== "" && !headers.has("content-type"))
        headers.set("content-type", "text/plain; charset=utf-8");
      // In response to HEAD, the platform sends the fields that GET would get, and no content.
      return ownReply(action.status, headers, body === "" ? null : body);
    }
  }
}

/** Who is refused, as far as that is known. */
export interface Refused {
  readonly asked?: Pick<Asked, "headers">;
  readonly site?: Pick<CompiledSite, "edgeFields">;
}

/**
 * A refusal as a problem document (RFC 9457), or as a page for people who look at one. It has the request id, under which the log has the
 * evidence. A stranger to every site learns neither the reason by its name nor what refuses, and where a site hides the edge, nobody does.
 */
export function problemReply(refusal: Refusal, requestId: string, { asked, site }: Refused = {}): Reply {
  const isHidden = (site?.edgeFields ?? "off") === "off";
  const status = statusOf(refusal);
  const detail = explainRefusal(refusal);
  const headers = new Headers({ "cache-control": "no-store", vary: "accept" });
  for (const [name, value] of fieldsOf(refusal)) headers.set(name, value);
  if (asked && wantsPage(asked)) {
    headers.set("content-type", "text/html; charset=utf-8");
    const page = errorPage({ status, reason: isHidden ? undefined : refusal.reason, detail, requestId });
    return { ...ownReply(status, headers, page), isProblem: true, fixed: [[CSP, ERROR_POLICY]] };
  }
  headers.set("content-type", "application/problem+json");
  const document = {
    ...(isHidden
      ? { type: "about:blank" }
      : { type: `urn:headgate:${refusal.reason}`, title: refusal.reason }),
    status,
    detail,
    requestId,
    // The name by which the RateLimit fields call it (draft-ietf-httpapi-ratelimit-headers, "Quota Exceeded").
    ...(refusal.reason === "too-many-requests" && { "violated-policies": [refusal.limit] }),
  };
  return { ...ownReply(status, headers, `${JSON.stringify(document)}\n`), isProblem: true };
}
