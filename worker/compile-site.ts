// Compiles a site file once when it is loaded, and each route when it is first needed. The request path parses and
// validates nothing, and pays only for what its route uses.

import { once } from "../shared/remember.ts";
import { type SiteSecrets, STAND_INS } from "../shared/secrets/site-secrets.ts";
import { shortHash } from "../shared/short-hash.ts";
import { type SeenAs, seenAsOf } from "../shared/site/endpoint.ts";
import { capturesOf as capturesOfPattern } from "../shared/site/path-pattern.ts";
import { poolsOfRoute } from "../shared/site/pools-named.ts";
import type { Site, SiteRoute } from "../shared/site/schema.ts";
import type { SecretNamed } from "../shared/site/secrets-named.ts";
import type { Admission } from "./admission/admission.ts";
import type { Auth } from "./admission/authentication/auth.ts";
import {
  chosenBy,
  loginCookies,
  type SiteIdentity,
  siteIdentity,
} from "./admission/authentication/site-identity.ts";
import { passesQuery, toldApartBy } from "./admission/authentication/told-apart.ts";
import { maxBodyOf } from "./admission/body-rules.ts";
import { CHALLENGE_COOKIE, isChallenged, TOKEN_COOKIE } from "./admission/challenge/challenge.ts";
import { compileAdmission } from "./admission/compile-admission.ts";
import { compileCors, corsOf } from "./admission/cors.ts";
import { lackingFor, lackingIn, refusingWithout } from "./admission/lacking-secrets.ts";
import { compileMirror } from "./balancing/mirror.ts";
import { compilePool, type Origin, type Pool } from "./balancing/pool.ts";
import { withTimeouts } from "./balancing/timeouts.ts";
import { audienceOf, compileCacheRules, DEFAULT_CACHE } from "./caching/law/rules.ts";
import { compileCompression } from "./delivery/compression/compression.ts";
import { compileBodyEdits } from "./delivery/edits/body-edits.ts";
import { compileErrorPages } from "./delivery/error-pages.ts";
import { compileLog } from "./delivery/log-formats.ts";
import { compileRedirect } from "./delivery/redirect.ts";
import { compileDressing, type Dressing, mayDressStored } from "./delivery/security-headers.ts";
import { compileFiles } from "./files/files-rules.ts";
import { FILES_CACHE, folderPool } from "./files/folder-pool.ts";
import { listKey, listsWanted } from "./keeping/list-wanted.ts";
import type { Secrets } from "./ports.ts";
import { compilePurgeRules } from "./purging/purge-rules.ts";
import { loopTokenOf } from "./rewriting/forwarded.ts";
import { compileHeaderEdits } from "./rewriting/header-edits.ts";
import { asksDifferently, compileRewrite } from "./rewriting/rewrite.ts";
import { compileValue } from "./rewriting/value.ts";
import { compileAddressSet } from "./routing/address-set.ts";
import { compileConditions } from "./routing/conditions.ts";
import { compilePathTable } from "./routing/path-table.ts";
import { withWellKnownRoutes } from "./routing/well-known-routes.ts";
import type { Action, CompiledSite, ProxyAction, Route } from "./site.ts";

export interface Given {
  /** What the log calls the site; by default its first host. */
  readonly name?: string | undefined;
  /** By default a text stands for each secret. */
  readonly secrets?: Secrets | undefined;
}

/** Expects a validated site: the pool of each route exists, and each pattern parses. */
export function compileSite(written: Site, version: string, given: Given = {}): CompiledSite {
  const site = withWellKnownRoutes(written);
  const { name = firstHostOf(site) } = given;
  const secrets: SiteSecrets = given.secrets?.bind(null, name) ?? STAND_INS;
  const lacking = lackingIn(site, secrets);
  const pools = new Map(
    Object.entries(site.pools).map(([id, pool]) => [
      id,
      unprobedWithout(lacking, id, compilePool(name, id, pool, site.hosts)),
    ]),
  );
  const identity = siteIdentity(site);
  const routes = site.routes.map((route, index) => ({
    patterns: patternsOf(route),
    value: once(() =>
      compileRoute(route, site, { identity, pools, secrets, lacking: lackingFor(lacking, site, index) }),
    ),
  }));
  const lists = listsWanted(site);
  return {
    name,
    version,
    loopToken: loopTokenOf(firstHostOf(site), version),
    hosts: site.hosts,
    pools,
    ownCookies: ownCookiesOf(site, pools),
    routes: routes.map(({ value }) => value),
    paths: compilePathTable(routes),
    identity,
    trustedProxies: site.trustedProxies.length > 0 ? compileAddressSet(site.trustedProxies) : null,
    trustedFields: site.trustedFields,
    mergesSlashes: site.mergeSlashes,
    dressing: compileDressing(site.security, undefined),
    responseEdits: compileHeaderEdits([
      { edits: site.robots === "none" ? NOT_INDEXED : undefined },
      { edits: site.headers?.response },
    ]),
    log: compileLog(site.log, identity?.secretParameters),
    tellsServerTiming: site.serverTiming,
    purgeRequests: site.purgeRequests ? compilePurgeRules(site.purgeRequests) : null,
    lists,
    listKeys: lists.map(listKey),
    edgeFields: site.edgeFields,
    admission: refusingWithout(lackingFor(lacking, site), compileAdmission(site, { identity, secrets })),
    secrets,
    cors: compileCors(corsOf(site)),
    errors: compileErrorPages(site.errors, undefined),
    judgesMaintenance: site.maintenance !== undefined,
    answersPreflights: [undefined, ...site.routes].some((route) => corsOf(site, route)),
  };
}

const NOT_INDEXED = { remove: [], set: { "x-robots-tag": "noindex, nofollow" }, add: {} };

function ownCookiesOf(site: Site, pools: ReadonlyMap<string, Pool>): ReadonlySet<string> | null {
  const names = [...pools.values()].flatMap(({ sticky }) => (sticky ? [sticky.cookie] : []));
  if ([site, ...site.routes].some((place) => isChallenged(place.challenge)))
    names.push(CHALLENGE_COOKIE, TOKEN_COOKIE);
  if (site.maintenance?.bypass?.cookie !== undefined) names.push(site.maintenance.bypass.cookie);
  names.push(...loginCookies(site));
  return names.length > 0 ? new Set(names) : null;
}

/** Without its credentials a probe would say nothing of its origin. */
function unprobedWithout(lacking: readonly SecretNamed[], id: string, pool: Pool): Pool {
  const isLacking = lacking.some(
    ({ keys: [part, which, what, key] }) =>
      part === "pools" && which === id && what === "health" && key === "headers",
  );
  return isLacking ? { ...pool, probes: [] } : pool;
}

/** There is always one. */
const firstHostOf = ({ hosts }: Site): string => String(hosts[0]);

const patternsOf = (route: SiteRoute): readonly string[] => route.match?.path ?? ["/*"];

interface OfTheSite {
  readonly identity: SiteIdentity | null;
  readonly secrets: SiteSecrets;
  readonly pools: ReadonlyMap<string, Pool>;
  /** The secrets without which the route takes no request. */
  readonly lacking: readonly SecretNamed[];
}

function compileRoute(route: SiteRoute, site: Site, around: OfTheSite): Route {
  const { pools, lacking } = around;
  const captures = capturesOf(route);
  const admission = refusingWithout(lacking, compileAdmission(site, around, route));
  const chosen = chosenBy(around.identity, route);
  const dressing = compileDressing(site.security, route.security);
  return {
    id: route.id,
    patterns: patternsOf(route),
    conditions: compileConditions(route.match),
    allowsInPath: new Set(route.allowInPath),
    admission,
    cors: compileCors(corsOf(site, route)),
    maxBodyBytes: maxBodyOf(site, route),
    action: compileAction(route, { site, pools, captures, admission, chosen, dressing }),
    responseEdits: compileHeaderEdits([{ edits: route.headers?.response, captures }]),
    dressing,
    errors: compileErrorPages(site.errors, route.errors),
    edits: compileBodyEdits(route.edits, route.base ?? "", originsOf(route, pools)),
    compression: compileCompression(route.compress ?? site.compress),
  };
}

const originsOf = (route: SiteRoute, pools: ReadonlyMap<string, Pool>): Origin[] =>
  poolsOfRoute(route).flatMap((id) => pools.get(id)?.tiers.flatMap(({ origins }) => origins) ?? []);

/**
 * The captures that the values of the route may use. The check of the file ensures that each of its patterns captures
 * them.
 */
export function capturesOf(route: SiteRoute): ReadonlySet<string> {
  const fillsIn = route.rewrite !== undefined || route.headers !== undefined || route.respond !== undefined;
  return new Set(fillsIn ? patternsOf(route).flatMap(capturesOfPattern) : []);
}

interface Around {
  readonly site: Site;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly captures: ReadonlySet<string>;
  readonly admission: Admission | null;
  /** See chosenBy. */
  readonly chosen: Auth | null;
  readonly dressing: Dressing;
}

function compileAction(given: SiteRoute, around: Around): Action {
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
