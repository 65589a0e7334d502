// May one request of a route need more subrequests than Cloudflare's free plan starts? Then its last attempts are never made, or a
// download in slices breaks off.
import { CACHE_CALLS, FREE_SUBREQUESTS, KEPT_BACK } from "../../subrequests.ts";
import { poolsOfRoute } from "../pools-named.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site, SiteRoute } from "../schema.ts";

/** Of the cache: a response and its variant are looked up, and another one is stored, after a look at what has changed meanwhile. */
const TO_STORE = 6 * CACHE_CALLS.get + 2 * CACHE_CALLS.put;
const TO_STORE_A_SLICE = CACHE_CALLS.get + CACHE_CALLS.put;

export function tooManyAttempts(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => {
    if (poolsOfRoute(route).length === 0) return [];
    const attempts = attemptsIn(route, site);
    const others = KEPT_BACK + askedBefore(route, site) + (route.cache === "off" ? 0 : TO_STORE);
    if (attempts + others <= FREE_SUBREQUESTS) return [];
    const message =
      `a request may need ${attempts} attempts and ${others} other subrequests, and Cloudflare's free plan starts ` +
      `${FREE_SUBREQUESTS} in all; lower \`retry.attempts\``;
    return [onCloudflare(["routes", index, route.files ? "files" : "to"], message)];
  });
}

/** How long a file is, the site does not say. So this says how many slices there may be. */
export function tooManySlices(site: Site): Problem[] {
  return site.routes.flatMap((route, index) => {
    const slice = route.cache === "off" ? undefined : route.cache?.slice;
    if (slice === undefined || slice >= LARGEST_SLICE) return [];
    const left = FREE_SUBREQUESTS - KEPT_BACK - askedBefore(route, site) - TO_STORE;
    const copies = route.mirror ? 1 : 0;
    const attempts = Math.max(1, ...poolsOfRoute(route).map((id) => attemptsOf(id, site)));
    const most = Math.floor(left / (1 + copies + TO_STORE_A_SLICE));
    const worst = Math.floor(left / (ROUNDS * (attempts + copies) + TO_STORE_A_SLICE));
    const message =
      `a download breaks off after ${most} slices that are not in memory (${Math.floor((most * slice) / 1_024)}KiB), because Cloudflare's ` +
      `free plan starts ${FREE_SUBREQUESTS} subrequests; after ${worst} if all attempts are needed; make the slices larger`;
    return [onCloudflare(["routes", index, "cache", "slice"], message)];
  });
}

/** What the schema allows. */
const LARGEST_SLICE = 16 * 1_024 * 1_024;

const onCloudflare = (keys: readonly PropertyKey[], message: string): Problem => ({
  ...problemAt(keys, message, { atKey: true }),
  onlyOn: "cloudflare",
});

/** What a stored response was validated against may be gone, and a slice may break off. Then the origin is asked anew. */
const ROUNDS = 2;

function attemptsIn(route: SiteRoute, site: Site): number {
  const { cache, mirror, errors } = route;
  const named = poolsOfRoute(route);
  const perRound = named.reduce((sum, id) => sum + attemptsOf(id, site) + (mirror ? 1 : 0), 0);
  const pages = [errors, site.errors].flatMap((layer) => Object.values(layer?.pages ?? {}));
  const page = Math.max(0, ...pages.map(({ pool }) => attemptsOf(pool, site))); // one error has one page
  return perRound * (cache === "off" ? 1 : ROUNDS) + attemptsOf(sorryPool(named, site), site) + page;
}

const attemptsOf = (id: string | undefined, { pools }: Site): number =>
  id === undefined ? 0 : (pools[id]?.retry.attempts ?? 0);

function sorryPool(named: readonly string[], { pools }: Site): string | undefined {
  const sorry = named.map((id) => pools[id]?.sorry).find((one) => one !== undefined);
  return typeof sorry === "string" ? sorry : sorry && "pool" in sorry ? sorry.pool : undefined;
}

/** The server that decides who gets in. */
function askedBefore({ auth }: SiteRoute, site: Site): number {
  const asked = auth ?? site.auth;
  return asked !== undefined && asked !== "off" && asked.forward ? 1 : 0;
}
