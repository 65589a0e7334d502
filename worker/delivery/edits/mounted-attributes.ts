// Which attributes of HTML hold URLs, and how do they read for a page that is shown under another path? By the HTML Standard, "Attributes".
import { urlUnderBase } from "../../rewriting/mounted.ts";
import { inRefresh } from "../../rewriting/urls-in-fields.ts";
import type { PublicPlace } from "./origin-urls.ts";

type Mapping = (value: string, place: PublicPlace) => string;

/** A browser ignores white space around a URL. */
const url: Mapping = (value, place) => {
  const [before = ""] = /^[\t\n\f\r ]*/.exec(value) ?? [];
  return before + urlUnderBase(value.slice(before.length), place.base, place);
};

/** The URLs of `ping`, separated by white space. */
const urls: Mapping = (value, place) => value.replace(/[^\t\n\f\r ]+/g, (one) => url(one, place));

/** `/a.png 1x, /b.png 2x`. A URL may hold commas, but does not end in one: HTML Standard, "Parsing a srcset attribute". */
const srcset: Mapping = (value, place) =>
  value.replace(
    /([\t\n\f\r ,]*)([^\t\n\f\r ]+)((?:[^,(]|\([^)]*\)?)*)/g,
    (_, before: string, candidate: string, descriptors: string) => {
      const [, address = "", commas = ""] = /^(.*?)(,*)$/s.exec(candidate) ?? [];
      // After a comma the next candidate begins at once, without descriptors.
      const rest =
        commas === "" ? descriptors : commas + (descriptors === "" ? "" : srcset(descriptors, place));
      return before + url(address, place) + rest;
    },
  );

/** The `content` of `<meta http-equiv="refresh">`. */
export const mountedRefresh: Mapping = (value, place) => inRefresh(value, (one) => url(one, place));

/** By attribute; those of some elements only have their names. */
const MAPPED: Readonly<Record<string, { readonly of?: ReadonlySet<string>; readonly mapping: Mapping }>> = {
  href: { mapping: url },
  src: { mapping: url },
  action: { of: new Set(["form"]), mapping: url },
  formaction: { of: new Set(["button", "input"]), mapping: url },
  poster: { of: new Set(["video"]), mapping: url },
  data: { of: new Set(["object"]), mapping: url },
  cite: { of: new Set(["blockquote", "del", "ins", "q"]), mapping: url },
  background: { of: new Set(["body", "table", "td", "th"]), mapping: url },
  manifest: { of: new Set(["html"]), mapping: url },
  "xlink:href": { mapping: url },
  ping: { of: new Set(["a", "area"]), mapping: urls },
  srcset: { of: new Set(["img", "source"]), mapping: srcset },
  imagesrcset: { of: new Set(["link"]), mapping: srcset },
};

export const MAPPED_ATTRIBUTES: readonly string[] = Object.keys(MAPPED);

/** The attribute's value for clients; `element` in lower case. */
export function mountedAttribute(
  element: string,
  attribute: string,
  value: string,
  place: PublicPlace,
): string {
  const mapped = MAPPED[attribute];
  if (!mapped || (mapped.of && !mapped.of.has(element))) return value;
  return mapped.mapping(value, place);
}
