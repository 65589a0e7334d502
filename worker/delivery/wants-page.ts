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
  let named = 0;
  const document: (number | undefined)[] = [];
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = weightAmong(parameters);
    const width = DOCUMENT.indexOf(type);
    if (width !== -1) document[width] = Math.max(document[width] ?? 0, weight);
    else if (HTML.test(type)) html = Math.max(html, weight);
    else if (FOR_PROGRAMS.test(type)) named = Math.max(named, weight);
  }
  const ofDocument = document.find((weight) => weight !== undefined) ?? 0;
  return html > 0 && html >= Math.max(named, ofDocument);
}

/**
 * Only where a person looks at a page: to a program, to a script of a page and to an image it would be noise. Browsers say what a request is
 * for (W3C Fetch Metadata), and scripts cannot change that.
 */
export function mayShowPage({ method, headers }: Pick<Asked, "method" | "headers">): boolean {
  if (method !== "GET" || headers.has("upgrade")) return false;
  const destination = headers.get("sec-fetch-dest");
  if (destination !== null && !["document", "iframe", "frame"].includes(destination)) return false;
  return wantsPage({ headers });
}

/** No browser sends a longer one. */
const LONGEST = 1_024;

/** The ranges that match a problem document. The first of them that is given counts: it is the most specific one. */
const DOCUMENT: readonly string[] = ["application/problem+json", "application/*", "*/*"];

const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;

/** What else programs name. The document is the nearest to it that there is. */
const FOR_PROGRAMS = /^(?:text\/plain|application\/(?:.*\+)?json)$/;
