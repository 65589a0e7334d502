// An origin that redirects often repeats the query that it was asked with: `/dir?key=…` leads to `/dir/?key=…`. If the route has put a secret
// there, clients get the URL without that parameter. The route sets it again when they ask.
import { isUnreadable } from "../../shared/unreadable.ts";
import type { OriginAsk, Reply } from "../message.ts";

/** The same object if it repeats no secret. */
export function withoutEchoes(reply: Reply, { withheld }: OriginAsk): Reply {
  const target = withheld?.target;
  if (!target) return reply;
  const isSecret = finderOf(secretsIn(target));
  const { headers } = reply;
  let isEcho = false;
  for (const name of ["location", "content-location"]) {
    const url = headers.get(name);
    const told = url === null ? null : withoutSecretParts(url, isSecret);
    if (told === url) continue;
    isEcho = true;
    // Where the path has it, or where bytes would change (shared/unreadable.ts), no URL is left to tell.
    if (told === null || isUnreadable(told)) headers.delete(name);
    else headers.set(name, told);
  }
  // Frameworks write the URL into the page beside it: `Found. Redirecting to …`.
  return isEcho && reply.status >= 300 && reply.status < 400 ? withoutContent(reply) : reply;
}

function withoutContent(reply: Reply): Reply {
  const { bodyLength: _length, ...rest } = reply;
  for (const name of CONTENT) reply.headers.delete(name);
  return { ...rest, body: null };
}

const CONTENT = ["content-length", "content-encoding", "content-type", "etag", "last-modified"];

/** The values of the parameters that differ from what stands for them. */
function secretsIn({ told, sent }: { readonly told: string; readonly sent: string }): readonly string[] {
  const before = new Set(partsOf(told));
  return partsOf(sent).flatMap((part) => (before.has(part) ? [] : [valueIn(part)]));
}

/** Null if the path has a secret. */
function withoutSecretParts(url: string, isSecret: (part: string) => boolean): string | null {
  const [path = "", ...parts] = partsOf(url);
  if (isSecret(path)) return null;
  const kept = parts.filter((part) => !isSecret(part));
  return kept.length === parts.length ? url : path + kept.join("").replace(/^&/, "?");
}

/** The path, then each parameter and the fragment with the character before it. */
const partsOf = (url: string): string[] => url.split(/(?=[?&#])/);

const valueIn = (part: string): string => part.slice(part.indexOf("=") + 1);

/** A shorter value may be a part of others by chance: it counts only as a whole. */
const TELLING_LENGTH = 8;

/** As it was sent, as the origin has read it, and both in a URL within the URL: `?next=%2Fdir%3Fkey%3D…`. */
function finderOf(values: readonly string[]): (part: string) => boolean {
  const secrets = [...new Set(values.flatMap((value) => [value, decoded(value)]))].filter(
    (one) => one !== "",
  );
  const isIn = (text: string) =>
    secrets.some((one) => (one.length < TELLING_LENGTH ? valueIn(text) === one : text.includes(one)));
  return (part) => {
    const once = decoded(part);
    return isIn(part) || isIn(once) || isIn(decoded(once));
  };
}

/** As in a form. What is no UTF-8 stays as it is. */
const decoded = (text: string): string =>
  text.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
