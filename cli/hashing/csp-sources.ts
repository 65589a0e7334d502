// What a policy needs to allow the inline scripts and styles of HTML pages, as a part of a site file. Pure.
import { createHash } from "node:crypto";
import { plural } from "../printing/problem-list.ts";
import type { HtmlPage } from "./html-pages.ts";
import { inlineTexts, type Stopped } from "./inline-texts.ts";

/** The pages by source, such as `'sha256-…'`. */
export type Sources = Readonly<
  Record<"script-src" | "style-src", Readonly<Record<string, readonly string[]>>>
>;

export function sourcesIn(pages: readonly HtmlPage[]): Sources {
  const read = pages.map(({ name, html }) => ({ name, ...inlineTexts(html) }));
  const pagesBySource = (which: "scripts" | "styles") => {
    const uses = read.flatMap((page) => [...page[which]].map((text) => [sourceOf(text), page.name] as const));
    const bySource = Map.groupBy(uses, ([source]) => source);
    return Object.fromEntries([...bySource].map(([source, of]) => [source, of.map(([, name]) => name)]));
  };
  return { "script-src": pagesBySource("scripts"), "style-src": pagesBySource("styles") };
}

const sourceOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const PAGES_NAMED = 3;

export function asSiteFile(sources: Sources): string {
  const directives = Object.entries(sources).flatMap(([directive, pagesOf]) => {
    const lines = Object.entries(pagesOf).map(([source, pages]) => {
      const more = pages.length - PAGES_NAMED;
      const named = pages.slice(0, PAGES_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
      return `        - "${source}" # ${named.replace(/[^ -~]/g, "?")}`;
    });
    return lines.length === 0 ? [] : [`      ${directive}:`, `        - "'self'"`, ...lines];
  });
  return directives.length === 0
    ? "# no inline script or style: the policy needs no hash"
    : ["security:", "  preset: strict", "  csp:", "    directives:", ...directives].join("\n");
}

export function stoppedIn(pages: readonly HtmlPage[]): string[] {
  return pages.flatMap(({ name, html }) => {
    const words = wordsOf(inlineTexts(html).stopped);
    return words === "" ? [] : [`${name}: no hash allows ${words}; put them into a script or a style sheet`];
  });
}

function wordsOf({ handlers, styleAttributes, scriptUrls }: Stopped): string {
  const told = [
    [handlers, "event handler"],
    [styleAttributes, "style attribute"],
    [scriptUrls, "javascript: URL"],
  ] as const;
  return told.flatMap(([count, what]) => (count === 0 ? [] : [plural(count, what)])).join(", ");
}
