// May keys, or a decision about who gets in, be read from this URL?
import { holdsCredentials } from "../scalars.ts";

/** Whoever answers there decides who gets in, so by plain http only this machine or a private network may. */
export function objectionToKeySetUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return undefined; // said elsewhere
  if (holdsCredentials(text)) return "has a password in it";
  if (url.hash !== "") return "has a fragment, which is never sent";
  if (url.protocol === "https:" || isPrivate(url.hostname)) return undefined;
  return "is not https, so who gets in would be up to anybody on the way";
}

const isPrivate = (host: string): boolean =>
  host === "localhost" ||
  host.endsWith(".internal") ||
  host.endsWith(".local") ||
  host === "[::1]" ||
  /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(host) ||
  /^\[f[cd]/.test(host);
