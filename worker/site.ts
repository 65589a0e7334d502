// A site as the pipeline uses it: compiled once when it is loaded, a route when it is first asked, so that the request
// path parses and validates nothing, and pays only for what its route uses.
import { once } from "../shared/once.ts";
import { shortHash } from "../shared/short-hash.ts";
import type { PathOddity, Site, SiteRoute } from "../shared/site/schema.ts";
import { compilePool, type Pool } from "./balancing/pool.ts";
import { type CacheRules, compileCacheRules } from "./caching/rules.ts";
import { compileDressing, type Dressing } from "./delivery/security-headers.ts";
import { compileRedirect, type Redirect } from "./delivery/redirect.ts";
import { compileHeaderEdits, type HeaderEdits } from "./rewriting/header-edits.ts";
import { compileRewrite, type Rewrite } from "./rewriting/rewrite.ts";
import { type AddressSet, compileAddressSet } from "./routing/address-set.ts";
import { compileConditions, type Condition } from "./routing/conditions.ts";
import { compilePathTable, type PathTable } from "./routing/path-pattern.ts";

export interface CompiledSite {
  /** The first of its hosts: the site's name. */
  readonly name: string;
  readonly version: string;
  readonly hosts: readonly string[];
  readonly routes: readonly LazyRoute[];
  readonly paths: PathTable<LazyRoute>;
  readonly trustedProxies: AddressSet | null;
  readonly mergesSlashes: boolean;
  readonly dressing: Dressing;
  readonly responseEdits: HeaderEdits | null;
  readonly log: Site["log"];
  readonly tellsServerTiming: boolean;
}

/** Compiled when a request first comes near it: of thousands of routes most are never asked by one isolate. */
export type LazyRoute = () => Route;

export interface Route {
  readonly id: string;
  readonly patterns: readonly string[];
  readonly conditions: readonly Condition[];
  readonly allowsInPath: ReadonlySet<PathOddity>;
  readonly action: Action;
  readonly responseEdits: HeaderEdits | null;
  readonly dressing: Dressing;
}

export type Action =
  | { readonly kind: "redirect"; readonly redirect: Redirect }
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly headers: [string, string][];
      readonly body: string;
    }
  | ProxyAction;

export interface ProxyAction {
  readonly kind: "proxy";
  readonly pool: Pool;
  readonly rewrite: Rewrite | null;
  readonly requestEdits: HeaderEdits | null;
  /** Null where the cache is off. */
  readonly cache: CacheRules | null;
  readonly retriesNonIdempotent: boolean;
}

/** The site has been validated: a route's pool exists, a pattern parses. */
export function compileSite(site: Site, version: string): CompiledSite {
  const name = site.hosts[0] ?? "";
  const pools = new Map(Object.entries(site.pools).map(([id, pool]) => [id, compilePool(name, id, pool)]));
  const routes = site.routes.map((route) => ({
    patterns: patternsOf(route),
    value: once(() => compileRoute(route, site, pools)),
  }));
  return {
    name,
    version,
    hosts: site.hosts,
    routes: routes.map(({ value }) => value),
    paths: compilePathTable(routes),
    trustedProxies: site.trustedProxies.length > 0 ? compileAddressSet(site.trustedProxies) : null,
    mergesSlashes: site.mergeSlashes,
    dressing: compileDressing(site.security, undefined),
    responseEdits: compileHeaderEdits([site.headers?.response]),
    log: site.log,
    tellsServerTiming: site.serverTiming,
  };
}

const patternsOf = (route: SiteRoute): readonly string[] => route.match?.path ?? ["/*"];

function compileRoute(route: SiteRoute, site: Site, pools: ReadonlyMap<string, Pool>): Route {
  return {
    id: route.id,
    patterns: patternsOf(route),
    conditions: compileConditions(route.match),
    allowsInPath: new Set(route.allowInPath),
    action: compileAction(route, site, pools),
    responseEdits: compileHeaderEdits([site.headers?.response, route.headers?.response]),
    dressing: compileDressing(site.security, route.security),
  };
}

function compileAction(route: SiteRoute, site: Site, pools: ReadonlyMap<string, Pool>): Action {
  if (route.redirect) return { kind: "redirect", redirect: compileRedirect(route.redirect) };
  if (route.respond) {
    const { status, headers, body } = route.respond;
    return { kind: "respond", status, headers: Object.entries(headers), body };
  }
  const pool = pools.get(route.to ?? "");
  if (!pool) throw new Error(`route ${route.id} leads to no pool: the site was not validated`);
  return {
    kind: "proxy",
    pool,
    rewrite: route.rewrite ? compileRewrite(route.rewrite) : null,
    requestEdits: compileHeaderEdits([site.headers?.request, route.headers?.request]),
    cache: compileCacheRules(route.cache, { site: site.hosts[0] ?? "", answeredBy: answeredBy(route, site) }),
    retriesNonIdempotent: route.retryNonIdempotent,
  };
}

/**
 * The route, and a mark of how it asks: its pool, its rewrite, what it does to the request's header fields. Stored
 * responses that were asked for in another way, before the site was changed, are then not found.
 */
function answeredBy({ id, to, rewrite, headers }: SiteRoute, site: Site): string {
  return `${id}~${shortHash(JSON.stringify([to, rewrite, headers?.request, site.headers?.request]))}`;
}
