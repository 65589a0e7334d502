// The request without the cookies of the edge itself: of sticky sessions, of challenges. They are between the edge and the client: no origin sees them, and no stored
// response is told apart by them.

import { isUnreadable } from "../../shared/unreadable.ts";
import type { Asked } from "../message.ts";
import { inOneLine } from "../routing/cookies.ts";
import { withoutCookies } from "../routing/own-cookies.ts";

/** `names`: of the site's cookies; null if it has none. A field that cannot be decoded stays as it came. */
export function withoutPins(asked: Asked, names: ReadonlySet<string> | null): Asked {
  if (names === null) return asked;
  const field = asked.headers.get("cookie");
  if (field === null || isUnreadable(field)) return asked;
  const pins = inOneLine(field);
  const left = withoutCookies(pins, names);
  if (left === undefined) return asked;
  const headers = new Headers(asked.headers);
  if (left === "") headers.delete("cookie");
  else headers.set("cookie", left);
  return { ...asked, headers, pins };
}
