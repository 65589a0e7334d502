// A path with placeholders (`/v2/:id/*`), filled with what the matched path captured.
import { canonicalEscape } from "../../shared/site/path-spelling.ts";
import { PLACEHOLDER } from "../../shared/site/placeholders.ts";
import { encodeOutside } from "../routing/canonical-target.ts";
import type { Captures } from "../routing/path-table.ts";

/** Literal text and placeholder names, alternating. */
export type Template = readonly TemplatePart[];

type TemplatePart =
  | { readonly text: string }
  /** In a query, a captured `&` or `=` would start a parameter of the client's choice. */
  | { readonly capture: string; readonly inQuery: boolean };

/** A site file may contain `/café`; a request line and a header field may not. */
const NO_URL_CHARACTER = /[^A-Za-z0-9._~!$&'()*+,;=:@/?#%-]/gu;

export function compileTemplate(template: string): Template {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    parts.push(literal(template.slice(from, match.index)));
    from = match.index + match[0].length;
    const inQuery = parts.some((part) => "text" in part && part.text.includes("?"));
    parts.push({ capture: match[1] ?? "*", inQuery });
  }
  return [...parts, literal(template.slice(from))];
}

export function fillTemplate(template: Template, captures: Captures): string {
  let filled = "";
  for (const part of template) {
    if ("text" in part) filled += part.text;
    else filled += asPart(captures[part.capture] ?? "", part.inQuery); // optional, and not in this path
  }
  return filled;
}

/** Also in the spelling of a request's own path: `fetch` would read `%2e` as a dot and resolve it. */
const literal = (text: string): TemplatePart => ({
  text: encodeOutside(NO_URL_CHARACTER, text).replace(/%[0-9A-Fa-f]{2}/g, canonicalEscape),
});

const asPart = (captured: string, inQuery: boolean): string =>
  inQuery ? captured.replace(/[&=+;]/g, (sign) => encodeURIComponent(sign)) : captured;
