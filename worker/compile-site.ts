// Compiles a site file once when it is loaded, and each route when it is first needed. The request path parses and
// validates nothing, and pays only for what its route uses.

import { once } from "../shared/remember.ts";
import { type SiteSecrets, STAND_INS } from "../shared/secrets/site-secrets.ts";
import type { Site } from "../shared/site/schema.ts";
import type { SecretNamed } from "../shared/site/secrets-named.ts";
import { loginCookies, siteIdentity } from "./admission/authentication/site-identity.ts";
import { CHALLENGE_COOKIE, isChallenged, TOKEN_COOKIE } from "./admission/challenge/challenge.ts";
import { compileAdmission } from "./admission/compile-admission.ts";
import { compileCors, corsOf } from "./admission/cors.ts";
import { lackingFor, lackingIn, refusingWithout } from "./admission/lacking-secrets.ts";
import { compilePool, type Pool } from "./balancing/pool.ts";
import { firstHostOf } from "./compile-action.ts";
import { compileRoute, patternsOf } from "./compile-route.ts";
import { compileErrorPages } from "./delivery/error-pages.ts";
import { compileLog } from "./delivery/log-formats.ts";
import { compileDressing } from "./delivery/security-headers.ts";
import { listKey, listsWanted } from "./keeping/list-wanted.ts";
import type { Secrets } from "./ports.ts";
import { compilePurgeRules } from "./purging/purge-rules.ts";
import { loopTokenOf } from "./rewriting/forwarded.ts";
import { compileHeaderEdits } from "./rewriting/header-edits.ts";
import { compileAddressSet } from "./routing/address-set.ts";
import { compilePathTable } from "./routing/path-table.ts";
import { withWellKnownRoutes } from "./routing/well-known-routes.ts";
import type { CompiledSite } from "./site.ts";

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
