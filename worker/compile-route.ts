// Compiles a route when a request first comes near it.
import type { SiteSecrets } from "../shared/secrets/site-secrets.ts";
import { capturesOf as capturesOfPattern } from "../shared/site/path-pattern.ts";
import { poolsOfRoute } from "../shared/site/pools-named.ts";
import type { Site, SiteRoute } from "../shared/site/schema.ts";
import type { SecretNamed } from "../shared/site/secrets-named.ts";
import { chosenBy, type SiteIdentity } from "./admission/authentication/site-identity.ts";
import { maxBodyOf } from "./admission/body-rules.ts";
import { compileAdmission } from "./admission/compile-admission.ts";
import { compileCors, corsOf } from "./admission/cors.ts";
import { refusingWithout } from "./admission/lacking-secrets.ts";
import type { Origin, Pool } from "./balancing/pool.ts";
import { compileAction } from "./compile-action.ts";
import { compileCompression } from "./delivery/compression/compression.ts";
import { compileBodyEdits } from "./delivery/edits/body-edits.ts";
import { compileErrorPages } from "./delivery/error-pages.ts";
import { compileDressing } from "./delivery/security-headers.ts";
import { compileHeaderEdits } from "./rewriting/header-edits.ts";
import { compileConditions } from "./routing/conditions.ts";
import type { Route } from "./site.ts";

export interface OfTheSite {
  readonly identity: SiteIdentity | null;
  readonly secrets: SiteSecrets;
  readonly pools: ReadonlyMap<string, Pool>;
  /** The secrets without which the route takes no request. */
  readonly lacking: readonly SecretNamed[];
}

export function compileRoute(route: SiteRoute, site: Site, around: OfTheSite): Route {
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

export const patternsOf = (route: SiteRoute): readonly string[] => route.match?.path ?? ["/*"];

/**
 * The captures that the values of the route may use. The check of the file ensures that each of its patterns captures
 * them.
 */
export function capturesOf(route: SiteRoute): ReadonlySet<string> {
  const fillsIn = route.rewrite !== undefined || route.headers !== undefined || route.respond !== undefined;
  return new Set(fillsIn ? patternsOf(route).flatMap(capturesOfPattern) : []);
}
