// Does the data centre's cache keep what is stored, and does no other cache answer in place of the origin? Pure.
import { type Answer, type Finding, failed, fine, notHere, type Place } from "./finding.ts";

/** The edge's own part of Cache-Status: caches on the way append theirs in order, and the edge is the last. */
export function cacheStatusOf({ headers }: Answer): string {
  const members = (headers["cache-status"] ?? "").split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  return members.map((member) => member.trim()).findLast((member) => /^headgate\b/.test(member)) ?? "";
}

export const isHit = (answer: Answer): boolean => /;\s*hit\b/.test(cacheStatusOf(answer));
const isStored = (answer: Answer): boolean => /;\s*stored\b/.test(cacheStatusOf(answer));

/** `first` was forwarded; the `later` ones came after an isolate's memory has let go of its copy. */
export function judgeCache(first: Answer, later: readonly Answer[], host: string): Finding {
  const hit = later.find(isHit);
  if (hit) return fine(`a hit ${hit.headers.age ?? "?"} s after it was stored`);
  if (host.endsWith(".workers.dev"))
    return notHere("the Cache API stores nothing on *.workers.dev: attach a domain");
  if (first.status >= 400) {
    return failed(
      `the origin answers ${first.status}`,
      "nothing can be learnt from an error: make the site anew with a --path that the origin has",
    );
  }
  if (!isStored(first)) {
    const why = /detail=([\w-]+)/.exec(cacheStatusOf(first))?.[1] ?? cacheStatusOf(first);
    return notHere(
      `the origin's answer may not be stored (${why || "no Cache-Status"}): choose another --path`,
    );
  }
  return failed(
    `stored, and ${later.length} requests later not found`,
    "each isolate caches for itself only, for five seconds. The Cache API does not work on this host: it needs a domain of the account, and it is turned off while the zone is in Development Mode",
  );
}

const FROM_ZONE = new Set(["HIT", "MISS", "EXPIRED", "STALE", "REVALIDATED", "UPDATING"]);

/** Two answers to the same request, a second or more apart, from a route without a cache; and one of the origin itself. */
export function judgeZoneCache(
  first: Answer,
  second: Answer,
  direct: Answer | undefined,
  place: Place,
): Finding {
  if (place !== "cloudflare") return notHere("only Cloudflare has a cache of the zone under `fetch`");
  const means =
    "the zone's cache answers in place of the origin: it knows no Vary, no key and no invalidation of Headgate's, and another route or site can get the response. The platform does not obey `cacheTtl: -1` (docs/decisions/0024)";
  const status = second.headers["cf-cache-status"];
  if (status !== undefined && FROM_ZONE.has(status)) return failed(`CF-Cache-Status: ${status}`, means);
  if (status !== undefined) return fine(`CF-Cache-Status: ${status}`);
  if (first.headers.date !== second.headers.date) return fine("two requests, and the origin answered each");
  return direct === undefined || direct.headers.age !== undefined
    ? notHere("the origin has a cache of its own, and its answers do not tell which cache they come from")
    : failed("two requests, and one answer of the origin", means);
}
