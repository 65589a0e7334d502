// How long is a header field as it is sent? The runtime decodes values as UTF-8, so a text of a third as many characters may stand for
// them. What it could not decode counts more than it takes. Pure.

const BEYOND_ASCII = /[^\0-\x7f]/;

/** In HTTP/1.1, with ": " and CRLF. */
export function lineBytes(name: string, value: string): number {
  const { length } = BEYOND_ASCII.test(value) ? new TextEncoder().encode(value) : value;
  return name.length + length + 4;
}
