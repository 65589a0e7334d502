// Compiles what a route does with a request: redirect it, answer it, or ask a folder or a pool, and under which key of the cache.
import { shortHash } from "../shared/short-hash.ts";
import { type SeenAs, seenAsOf } from "../shared/site/endpoint.ts";
import { poolsOfRoute } from "../shared/site/pools-named.ts";
import type { Site, SiteRoute } from "../shared/site/schema.ts";
import type { Admission } from "./admission/admission.ts";
import type { Auth } from "./admission/authentication/auth.ts";
import { passesQuery, toldApartBy } from "./admission/authentication/told-apart.ts";
import { compileMirror } from "./balancing/mirror.ts";
import type { Pool } from "./balancing/pool.ts";
import { withTimeouts } from "./balancing/timeouts.ts";
import { audienceOf, compileCacheRules, DEFAULT_CACHE } from "./caching/law/rules.ts";
import { compileRedirect } from "./delivery/redirect.ts";
import { type Dressing, mayDressStored } from "./delivery/security-headers.ts";
import { compileFiles } from "./files/files-rules.ts";
import { FILES_CACHE, folderPool } from "./files/folder-pool.ts";
import { compileHeaderEdits } from "./rewriting/header-edits.ts";
import { asksDifferently, compileRewrite } from "./rewriting/rewrite.ts";
import { compileValue } from "./rewriting/value.ts";
import type { Action, ProxyAction } from "./site.ts";

export interface Around {
  readonly site: Site;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly captures: ReadonlySet<string>;
  readonly admission: Admission | null;
  /** See chosenBy. */
  readonly chosen: Auth | null;
  readonly dressing: Dressing;
}

export function compileAction(given: SiteRoute, around: Around): Action {
  const { site, pools, captures, admission, chosen, dressing } = around;
  const auth = admission?.auth ?? chosen;
  const route = { ...given, cache: toldApartBy(given.cache, auth) };
  if (route.redirect) return { kind: "redirect", redirect: compileRedirect(route.redirect, site.hosts) };
  if (route.respond) {
    const { status, headers, body } = route.respond;
    const values = Object.entries(headers).map(
      ([name, value]) => [name, compileValue(value, captures)] as const,
    );
    return { kind: "respond", status, headers: values, body };
  }
  const mirror = route.mirror ? compileMirror(poolNamed(route.mirror.to, pools, route), route.mirror) : null;
  const { base = "" } = route;
  const rewriting = base === "" ? route.rewrite : { ...route.rewrite, stripPrefix: base };
  const rewrite = rewriting ? compileRewrite(rewriting, captures) : null;
  const hostCounts = route.cache === undefined || route.cache === "off" || route.cache.key.host;
  const requestEdits = compileHeaderEdits(
    [{ edits: site.headers?.request }, { edits: route.headers?.request, captures }],
    countedOn(route),
  );
  const dressesStored = mayDressStored(dressing, site.headers?.response !== undefined) ? dressing : null;
  const through = { kind: "proxy", base, rewrite, requestEdits, mirror, dressesStored } as const;
  const actions = poolsOfRoute(route).map(
    (id): ProxyAction => ({
      ...through,
      pool: withTimeouts(poolNamed(id, pools, route), route.timeout),
      cache: compileCacheRules(route.cache, {
        site: firstHostOf(site),
        answeredBy: answeredBy(route, { site, pool: id, admission, chosen }),
        targetsDiffer: passesQuery(auth) || (rewrite !== null && asksDifferently(rewrite, hostCounts)),
      }),
      retriesNonIdempotent: route.retryNonIdempotent,
    }),
  );
  const [first] = actions;
  const origins = first && actions.length > 1 ? { ...first, alternatives: actions } : first;
  if (route.files)
    return {
      ...through,
      pool: folderPool(firstHostOf(site), compileFiles(route.files, firstHostOf(site))),
      files: { otherwise: origins ?? null },
      mirror: null,
      cache: compileCacheRules(FILES_CACHE, {
        site: firstHostOf(site),
        answeredBy: answeredBy(
          { ...route, cache: FILES_CACHE },
          { site, pool: JSON.stringify(route.files), admission, chosen },
        ),
        targetsDiffer: false,
      }),
      retriesNonIdempotent: false,
    };
  if (!origins) throw new Error(`route ${route.id} leads to no pool: the site was not validated`);
  return origins;
}

function poolNamed(id: string, pools: ReadonlyMap<string, Pool>, route: SiteRoute): Pool {
  const pool = pools.get(id);
  if (!pool) throw new Error(`route ${route.id} leads to no pool: the site was not validated`);
  return pool;
}

const hostsSeen = ({ pools }: Site, ids: readonly string[]): SeenAs[] =>
  ids.flatMap((id) => {
    const pool = pools[id];
    return pool ? pool.origins.map((origin) => seenAsOf(origin, pool)) : [];
  });

/** The request header fields that decide how the cache treats the request. */
const countedOn = ({ cache }: SiteRoute): readonly string[] =>
  cache === undefined || cache === "off" ? [] : [...cache.key.header, ...cache.bypass.headers];

/**
 * The id of the route with a hash of how it asks an origin of this pool and of the rules by which it stores. Responses stored under
 * other settings, before the site was changed or by another route that shares them, are then not found.
 */
function answeredBy(
  { id, to, files, match, rewrite, headers, cache = DEFAULT_CACHE }: SiteRoute,
  {
    site,
    pool,
    admission,
    chosen,
  }: Pick<Around, "site" | "admission" | "chosen"> & { readonly pool: string },
): string {
  if (cache === "off") return id; // it stores nothing
  const audience = audienceOf(cache);
  if (!cache.key.route) {
    // Only routes that let the same requests in may share what they store.
    const guard = admission?.guards ? [admission.key] : [];
    return `~${shortHash(JSON.stringify([audience, ...guard, ...(chosen ? [match] : [])]))}`;
  }
  // Another virtual host of the same origin may have other content.
  const named = poolsOfRoute({ to, files });
  const isOfAll = !cache.key.pool && named.length > 1;
  const seenAs = hostsSeen(site, isOfAll ? named : [pool]);
  const asks = [
    isOfAll ? named : pool,
    rewrite,
    headers?.request,
    site.headers?.request,
    ...(seenAs.some(Boolean) ? seenAs : []),
    // During a rollout, or after a change, who need not prove anything finds nothing that was stored for those who had to.
    ...(admission?.auth || chosen ? ["auth"] : []),
  ];
  return `${id}~${shortHash(JSON.stringify([...asks, audience]))}`;
}

/** The name of the site. There is always one. */
export const firstHostOf = ({ hosts }: Pick<Site, "hosts">): string => String(hosts[0]);
