// Keeps a response from the caches further out: it is for one client alone, or for those whom the edge has let in.
import { latest } from "../../shared/remember.ts";
import { clearMembers, parseDirectives } from "../caching/law/directives.ts";

/** `overriding`: what `overridingIn` finds, if that is known. */
export function makePrivate(headers: Headers, overriding = overridingIn(headers)): void {
  for (const name of overriding) headers.delete(name);
  const told = headers.get("cache-control");
  const own = privately(told);
  if (own !== told) headers.set("cache-control", own);
}

/** The same text if it says so already. A stored response says the same each time. */
const privately = latest((told: string | null): string => {
  const members = told === null ? [] : clearMembers(told);
  // A word that only our own, strict reading finds may be none to the next cache: then it is written so that every cache reads it.
  if (parseDirectives(told).has("no-store"))
    return told !== null && members.some(isWord("no-store")) ? told : "no-store";
  const kept = members.filter((member) => !SHARING.test(member));
  const isPrivate = kept.length === members.length - 1 && members.some(isWord("private"));
  return told !== null && isPrivate ? told : [...kept, "private"].join(", ");
});

/**
 * They take precedence over Cache-Control in the caches that they address: the fields of RFC 9213 §2.2, which end like this by its §4,
 * those of Vercel, Netlify, LiteSpeed and others, which do too, and the older ones of Akamai and Fastly. With X-Accel-Expires, nginx
 * stores a response that is `private` (ngx_http_upstream_process_accel_expires).
 */
const OVERRIDING = /^(?:.+-cache-control|surrogate-control|edge-control|x-accel-expires)$/;

/** With `forEach`: an iterator costs the runtime three times as much (docs/performance.md). */
export function overridingIn(headers: Headers): readonly string[] {
  const found: string[] = [];
  headers.forEach((_value, name) => {
    if (OVERRIDING.test(name)) found.push(name);
  });
  return found;
}

const isWord = (word: string) => (member: string) => member.toLowerCase() === word;

/** Some caches look for `public` and `s-maxage` only, so `private` beside them is not enough. */
const SHARING = /^(?:public|s-maxage|proxy-revalidate|private)\b/i;
