// A path with placeholders (`/v2/:id/*`) and what the matched path captured for them.
import type { Captures } from "../routing/path-pattern.ts";

/** Literal text and placeholder names by turns. */
export type Template = readonly ({ readonly text: string } | { readonly capture: string })[];

const PLACEHOLDER = /:([A-Za-z_][A-Za-z0-9_]*)|\*/g;

export function compileTemplate(template: string): Template {
  const parts: ({ text: string } | { capture: string })[] = [];
  let from = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    if (match.index > from) parts.push({ text: template.slice(from, match.index) });
    parts.push({ capture: match[1] ?? "*" });
    from = match.index + match[0].length;
  }
  if (from < template.length) parts.push({ text: template.slice(from) });
  return parts;
}

/** The names that a template asks for: each must be captured by the route's path. */
export function capturesIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "*");
}

export function fillTemplate(template: Template, captures: Captures): string {
  let filled = "";
  for (const part of template) filled += "text" in part ? part.text : (captures[part.capture] ?? "");
  return filled;
}
