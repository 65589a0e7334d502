// What does a response say of its content, as far as a change to it depends on that?

/** In lower case, without parameters; "" if it has none. */
export const mediaTypeOf = (headers: Headers): string =>
  (headers.get("content-type") ?? "").replace(/;.*/s, "").trim().toLowerCase();

export const isHtml = (mediaType: string): boolean =>
  mediaType === "text/html" || mediaType === "application/xhtml+xml";

/**
 * The encoding of the text, if the letters of URLs and tags are the same bytes in it as in ASCII: not so in UTF-16, and not always in ISO-2022-JP.
 * Without a name it is UTF-8, or the browser looks into the page, where it finds no UTF-16 either. Undefined for any other: the
 * platform's parser throws at a name that it does not know, and `latin-1` and `iso-8859-12` are none (Encoding Standard §4.2).
 */
export function encodingOf(headers: Headers): string | undefined {
  const contentType = headers.get("content-type") ?? "";
  const [, quoted, plain = "utf-8"] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType) ?? [];
  const name = (quoted ?? plain).toLowerCase();
  return LIKE_ASCII.test(name) ? name : undefined;
}

const LIKE_ASCII =
  /^(?:utf-?8|(?:us-)?ascii|iso-8859-(?:[1-8]|1[03-6])|latin1|windows-(?:125[0-8]|874)|koi8-[ru])$/;

/** What the parser of HTML is told: nothing of what came from outside. */
export const typeForParser = (encoding: string): string => `text/html; charset=${encoding}`;

/** Compressed, for example: nothing can be found in it. */
export function isCoded(headers: Headers): boolean {
  const coding = headers.get("content-encoding")?.trim().toLowerCase();
  return coding !== undefined && coding !== "" && coding !== "identity";
}

/** RFC 9110 §7.7, RFC 9111 §5.2.2.6. */
export const forbidsTransforms = (headers: Headers): boolean =>
  /\bno-transform\b/i.test(headers.get("cache-control") ?? "");
