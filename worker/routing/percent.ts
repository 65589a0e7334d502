// Percent-encoding (RFC 3986 §2.1).

/** RFC 3986 §2.3: encoded or not, these mean the same. */
export const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** What the expression finds, as UTF-8 in escapes; also what `encodeURIComponent` would leave alone. */
export function encodeOutside(found: RegExp, text: string): string {
  return text.replace(found, (characters) =>
    // A lone surrogate has no UTF-8; it becomes U+FFFD rather than an exception.
    encodeURIComponent(characters.toWellFormed()).replace(/[!'()*]/g, escapeOf),
  );
}

const escapeOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
