// Answers that the edge makes itself because a route says so: a redirect, a fixed response.
import { isBodiless } from "../caching/status-codes.ts";
import { type Asked, ownReply, type Reply } from "../message.ts";
import type { Captures } from "../routing/path-pattern.ts";
import type { Action, ProxyAction } from "../site.ts";
import { redirectLocation } from "./redirect.ts";

export function ownAnswer(action: Exclude<Action, ProxyAction>, asked: Asked, captures: Captures): Reply {
  switch (action.kind) {
    case "redirect": {
      const location = redirectLocation(action.redirect, asked, captures);
      return ownReply(action.redirect.status, new Headers({ location }), null);
    }
    case "respond": {
      const headers = new Headers(action.headers);
      const body = isBodiless(action.status) ? "" : action.body;
      if (body !== "" && !headers.has("content-type"))
        headers.set("content-type", "text/plain; charset=utf-8");
      // To a HEAD the platform sends the fields that the same GET would get, and no content.
      return ownReply(action.status, headers, body === "" ? null : body);
    }
  }
}
