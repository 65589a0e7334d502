// Answers that the edge makes itself because a route says so: a redirect, a fixed response.
import { type Asked, ownReply, type Reply } from "../message.ts";
import type { Captures } from "../routing/path-pattern.ts";
import type { Action, ProxyAction } from "../site.ts";
import { redirectLocation } from "./redirect.ts";

/** RFC 9110 §6.4.1 and §15.3.6: answers with these never have content. */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

export function ownAnswer(action: Exclude<Action, ProxyAction>, asked: Asked, captures: Captures): Reply {
  switch (action.kind) {
    case "redirect": {
      const location = redirectLocation(action.redirect, asked, captures);
      return ownReply(action.redirect.status, new Headers({ location }), null);
    }
    case "respond": {
      const headers = new Headers(action.headers);
      const body = WITHOUT_CONTENT.has(action.status) ? "" : action.body;
      if (body !== "" && !headers.has("content-type"))
        headers.set("content-type", "text/plain; charset=utf-8");
      // To a HEAD the platform sends the fields that the same GET would get, and no content.
      return ownReply(action.status, headers, body === "" ? null : body);
    }
  }
}
