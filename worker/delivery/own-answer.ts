// Answers that the edge makes itself because a route says so: a redirect, a fixed response.
import { isBodiless } from "../caching/law/status-codes.ts";
import { ownReply, type Reply } from "../message.ts";
import { fillField, type Known } from "../rewriting/value.ts";
import type { Action, ProxyAction } from "../site.ts";
import { redirectLocation } from "./redirect.ts";

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
