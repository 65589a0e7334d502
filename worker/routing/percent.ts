// Percent-encoding (RFC 3986 §2.1).

/**
 * Percent-encodes as UTF-8 whatever the expression matches, including characters that `encodeURIComponent` would leave
 * alone.
 */
export function encodeOutside(found: RegExp, text: string): string {
  return text.replace(found, (characters) =>
    // A lone surrogate has no UTF-8 form. It becomes U+FFFD instead of causing an exception.
    encodeURIComponent(characters.toWellFormed()).replace(/[!'()*]/g, escapeOf),
  );
}

const escapeOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
