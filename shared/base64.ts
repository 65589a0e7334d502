// Bytes as Base64 and back (RFC 4648 §4), and in the alphabet for URLs (§5), in which no padding is written.

export const toBase64 = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** Throws if the text is none. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

export const withoutPadding = (base64: string): string => base64.replace(/=+$/, "");

export const forUrls = (base64: string): string =>
  withoutPadding(base64).replaceAll("+", "-").replaceAll("/", "_");

export const notForUrls = (text: string): string => text.replaceAll("-", "+").replaceAll("_", "/");
