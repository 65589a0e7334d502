// A site as the pipeline uses it. compile-site.ts makes it from a site file.
import type { SiteSecrets } from "../shared/secrets/site-secrets.ts";
import type { PathOddity } from "../shared/site/schema.ts";
import type { Admission } from "./admission/admission.ts";
import type { SiteIdentity } from "./admission/authentication/site-identity.ts";
import type { CorsPolicy } from "./admission/cors.ts";
import type { Mirror } from "./balancing/mirror.ts";
import type { Pool } from "./balancing/pool.ts";
import type { CacheRules } from "./caching/law/rules.ts";
import type { Compression } from "./delivery/compression/compression.ts";
import type { BodyEdits } from "./delivery/edits/body-edits.ts";
import type { ErrorPages } from "./delivery/error-pages.ts";
import type { LogRules } from "./delivery/log-formats.ts";
import type { Redirect } from "./delivery/redirect.ts";
import type { Dressing } from "./delivery/security-headers.ts";
import type { ListWanted } from "./keeping/list-wanted.ts";
import type { PurgeRules } from "./purging/purge-rules.ts";
import type { HeaderEdits } from "./rewriting/header-edits.ts";
import type { Rewrite } from "./rewriting/rewrite.ts";
import type { Value } from "./rewriting/value.ts";
import type { AddressSet } from "./routing/address-set.ts";
import type { Condition } from "./routing/conditions.ts";
import type { TrustedFields } from "./routing/forwarding-claims.ts";
import type { PathTable } from "./routing/path-table.ts";

export interface CompiledSite {
  /** The first of the site's hosts, which is the name of the site. */
  readonly name: string;
  readonly version: string;
  /** The value that it adds to CDN-Loop. */
  readonly loopToken: string;
  readonly hosts: readonly string[];
  /** By id. */
  readonly pools: ReadonlyMap<string, Pool>;
  /** Pools whose responses are kept apart from those of the live version; undefined outside a rollout. */
  readonly apartPools?: ReadonlySet<string>;
  /** In a rollout, the version that the other clients get. What changes or is purged concerns the responses of both. */
  readonly otherVersion?: () => CompiledSite;
  /** The cookies that are between the edge and its clients: of sticky sessions, of challenges. Null if it has none. */
  readonly ownCookies: ReadonlySet<string> | null;
  readonly routes: readonly LazyRoute[];
  readonly paths: PathTable<LazyRoute>;
  /** Null if it authenticates nobody. */
  readonly identity: SiteIdentity | null;
  readonly trustedProxies: AddressSet | null;
  readonly trustedFields: TrustedFields;
  readonly mergesSlashes: boolean;
  readonly dressing: Dressing;
  /** The edits of the site; those of the route come after them. */
  readonly responseEdits: HeaderEdits | null;
  readonly log: LogRules;
  readonly tellsServerTiming: boolean;
  /** Who may purge by PURGE and BAN; null if they are requests like others. */
  readonly purgeRequests: PurgeRules | null;
  /** The address lists that are read from a URL, and their keys. */
  readonly lists: readonly ListWanted[];
  readonly listKeys: readonly string[];
  /** How much the fields of the edge itself tell clients. */
  readonly edgeFields: "full" | "brief" | "off";
  /** For requests that no route takes. */
  readonly admission: Admission | null;
  /** The values of `${secret:NAME}`, or what stands for them. */
  readonly secrets: SiteSecrets;
  /** For requests that no route takes; null if it has none. */
  readonly cors: CorsPolicy | null;
  /** Whether a rule of its routes decides what maintenance means, and not the switch alone. */
  readonly judgesMaintenance: boolean;
  /** For requests that no route takes; null if they get the error. */
  readonly errors: ErrorPages | null;
  /** Whether one of its routes has a CORS policy, or it has one itself. */
  readonly answersPreflights: boolean;
}

/** Compiled when a request first comes near the route: of thousands of routes, one isolate never needs most. */
export type LazyRoute = () => Route;

export interface Route {
  readonly id: string;
  readonly patterns: readonly string[];
  readonly conditions: readonly Condition[];
  readonly allowsInPath: ReadonlySet<PathOddity>;
  readonly admission: Admission | null;
  readonly cors: CorsPolicy | null;
  /** Of the body of a request; null for no limit. */
  readonly maxBodyBytes: number | null;
  readonly action: Action;
  readonly responseEdits: HeaderEdits | null;
  readonly dressing: Dressing;
  /** What is shown in place of errors; null if they stay as they are. */
  readonly errors: ErrorPages | null;
  /** What is edited in its bodies; null if nothing is. */
  readonly edits: BodyEdits | null;
  /** How its bodies are compressed; null if they are not. */
  readonly compression: Compression | null;
}

export type Action =
  | { readonly kind: "redirect"; readonly redirect: Redirect }
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly headers: readonly (readonly [name: string, value: Value])[];
      readonly body: string;
    }
  | ProxyAction;

export interface ProxyAction {
  readonly kind: "proxy";
  readonly pool: Pool;
  /** Absent unless a folder answers; then the pool stands for that folder. */
  readonly files?: {
    /** What answers where there is no file; null if nothing does. */
    readonly otherwise: ProxyAction | null;
  };
  /** The path under which origins are shown that think they are at `/`; otherwise "". */
  readonly base: string;
  /** The same for each pool of a route that names several, in its order; absent if it names one. */
  readonly alternatives?: readonly ProxyAction[];
  readonly rewrite: Rewrite | null;
  readonly requestEdits: HeaderEdits | null;
  /** Null if the cache is off. */
  readonly cache: CacheRules | null;
  readonly retriesNonIdempotent: boolean;
  /** Who else gets a copy of the requests that go to an origin. */
  readonly mirror: Mirror | null;
  /** The route's, if a store may apply it to what it keeps; otherwise null. See delivery/security-headers.ts. */
  readonly dressesStored: Dressing | null;
}
