// Keeps a response from the caches further out: it is for one client alone, or for those whom the edge has let in.
import { fieldsNamedBy, parseDirectives } from "../caching/law/directives.ts";
import { TARGETED_FIELDS } from "../caching/law/targeted.ts";

export function makePrivate(headers: Headers): void {
  // They take precedence over Cache-Control in the caches that they address (RFC 9213 §2.2).
  for (const name of TARGETED) headers.delete(name);
  const told = headers.get("cache-control");
  const directives = parseDirectives(told);
  if (directives.has("no-store") || fieldsNamedBy(directives, "private") === "all") return;
  headers.set("cache-control", privately(told));
}

const TARGETED = [...TARGETED_FIELDS, "cloudflare-cdn-cache-control", "edge-control"];

/** Some caches look for `public` and `s-maxage` only, so `private` beside them is not enough. */
function privately(told: string | null): string {
  const members = (told ?? "").match(MEMBERS) ?? [];
  const kept = members.map((member) => member.trim()).filter((member) => !SHARING.test(member));
  return [...kept.filter((member) => member !== ""), "private"].join(", ");
}

const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const SHARING = /^(?:public|s-maxage|proxy-revalidate|private)\b/i;
