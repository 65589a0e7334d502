// A route's cache rules, compiled for the request path.
import { compileGlob, type Glob } from "../../../shared/glob.ts";
import type { CacheConfig, CacheRulesConfig } from "../../../shared/site/cache-schema.ts";
import { usualParameter } from "../../routing/spellings.ts";
import { compileSelectors, type SelectingRules } from "./selectors.ts";
import { isOfOneRequest } from "./status-codes.ts";

/** Whose entries these are. */
export interface Place {
  readonly site: string;
  /** The route, how it asks origins, and the audience of its responses; if routes share entries, the audience only. */
  readonly answeredBy: string;
  /** One key may lead to several targets at the origin: the rewrite inserts client facts, or a host that the key lacks. */
  readonly targetsDiffer: boolean;
}

export interface CacheRules extends SelectingRules {
  readonly place: Place;
  readonly ttlMs: number | undefined;
  readonly defaultTtlMs: number | undefined;
  /** The route's freshness lifetime for a status; undefined if it sets none. */
  statusTtlMs(status: number): number | undefined;
  readonly browserTtlMs: number | undefined;
  readonly staleWhileRevalidateMs: number | undefined;
  readonly staleIfErrorMs: number | undefined;
  readonly staleDespiteSMaxage: boolean;
  readonly query: QueryRules;
  readonly keyHasHost: boolean;
  /** The request headers among the selectors. */
  readonly keyHeaders: ReadonlySet<string>;
  readonly bypassHeaders: readonly string[];
  readonly bypassCookies: readonly Glob[];
  readonly setCookie: "refuse" | "strip" | "store";
  readonly keepsTags: boolean;
  readonly maxObjectBytes: number;
  readonly methods: ReadonlySet<string>;
  readonly sliceBytes: number | undefined;
}

export interface QueryRules {
  readonly only: readonly Glob[] | null;
  readonly except: readonly Glob[];
  readonly sorted: boolean;
}

/** Null if the cache is off. A route that says nothing about the cache gets the defaults. */
export function compileCacheRules(config: CacheConfig = DEFAULT_CACHE, place: Place): CacheRules | null {
  if (config === "off") return null;
  return {
    place,
    ttlMs: config.ttl,
    defaultTtlMs: config.defaultTtl,
    statusTtlMs: compileStatusTtl(config.statusTtl),
    browserTtlMs: config.browserTtl,
    staleWhileRevalidateMs: config.staleWhileRevalidate,
    staleIfErrorMs: config.staleIfError,
    staleDespiteSMaxage: config.staleDespiteSMaxage,
    query: {
      // Each name as it is written, and the form to which its other spellings are reduced.
      only:
        config.key.query?.only?.flatMap((name) =>
          [...new Set([name, usualParameter(name)])].map(compileGlob),
        ) ?? null,
      except: config.key.query?.except?.map(compileGlob) ?? [],
      sorted: config.key.query?.sorted ?? false,
    },
    keyHasHost: config.key.host,
    selectors: compileSelectors(config.key, place.targetsDiffer),
    keyHeaders: new Set(config.key.header),
    vary: new Map(Object.entries(config.vary)),
    bypassHeaders: config.bypass.headers,
    bypassCookies: config.bypass.cookies.map(compileGlob),
    setCookie: config.setCookie,
    keepsTags: config.keepTags,
    maxObjectBytes: config.maxObject,
    methods: new Set(config.methods),
    sliceBytes: config.slice,
  };
}

/**
 * What determines for whom a response is stored, as one text. Two routes, or two versions of one, that differ in it do not
 * find each other's entries. Lifetimes are left out: a route that extends a lifetime keeps its entries.
 */
export function audienceOf({ key, vary, setCookie, bypass }: CacheRulesConfig): string {
  const { route: _amongRoutes, pool: _amongPools, ...told } = key;
  return JSON.stringify([told, vary, setCookie, bypass]);
}

/**
 * `404` takes precedence over `4xx`. A class sets no lifetime for a status that is about one request: a client that sends a
 * field that the origin rejects would have its 400 stored for every client. Such a status must be named itself.
 */
function compileStatusTtl(config: CacheRulesConfig["statusTtl"]): CacheRules["statusTtlMs"] {
  const byName = new Map(Object.entries(config));
  return (status) => {
    const ofClass = byName.get(`${Math.floor(status / 100)}xx`);
    return byName.get(`${status}`) ?? (isOfOneRequest(status) && ofClass !== 0 ? undefined : ofClass);
  };
}

/**
 * The cache rules of a route that says nothing about its cache: the defaults of the schema, repeated here because the edge
 * does not load the schema. A test checks that both agree.
 */
export const DEFAULT_CACHE: CacheRulesConfig = {
  statusTtl: {},
  staleDespiteSMaxage: false,
  key: {
    header: [],
    cookie: [],
    cookiePresence: [],
    country: false,
    device: false,
    route: true,
    pool: true,
    host: true,
  },
  bypass: { headers: [], cookies: [] },
  vary: {},
  setCookie: "refuse",
  keepTags: false,
  maxObject: 26_214_400,
  methods: ["GET", "POST", "QUERY"],
};
