// Does whoever asks want a page to look at, or a document for programs? By Accept (RFC 9110 §12.5.1).
import type { Asked } from "../message.ts";
import { weightAmong } from "./weights.ts";

/**
 * A page only if HTML is named and nothing for programs is wanted more. A browser always names it when somebody looks; `*` alone is what
 * programs send.
 */
export function wantsPage({ headers }: Pick<Asked, "headers">): boolean {
  const accept = headers.get("accept");
  if (accept === null || !/html/i.test(accept) || accept.length > LONGEST) return false;
  let html = 0;
  let forPrograms = 0;
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    if (type === "text/html" || type === "application/xhtml+xml")
      html = Math.max(html, weightAmong(parameters));
    else if (/^application\/(?:.*\+)?json$/.test(type))
      forPrograms = Math.max(forPrograms, weightAmong(parameters));
  }
  return html > 0 && html >= forPrograms;
}

/** No browser sends a longer one. */
const LONGEST = 1_024;
