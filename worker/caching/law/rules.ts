// What a route says about its cache, as the request path uses it.

import { compileGlob, type Glob } from "../../../shared/glob.ts";
import type { CacheConfig, CacheRulesConfig } from "../../../shared/site/cache-schema.ts";
import { DEFAULT_CACHE } from "../../../shared/site/default-cache.ts";
import { usualParameter } from "../../routing/parameter-spellings.ts";
import { compileSelectors, type SelectingRules } from "./selectors.ts";
import { isOfOneRequest } from "./status-codes.ts";

/** Whose entries these are. */
export interface Place {
  readonly site: string;
  /** The route, how it asks its origins, and for whom it keeps the answer; of routes that share the last alone. */
  readonly answeredBy: string;
  /** One key asks its origin for different targets: the rewrite puts in facts of the client, or a host that is no part of it. */
  readonly targetsDiffer: boolean;
}

export interface CacheRules extends SelectingRules {
  readonly place: Place;
  readonly ttlMs: number | undefined;
  readonly defaultTtlMs: number | undefined;
  /** The route's lifetime for a status; undefined where it says nothing of it. */
  statusTtlMs(status: number): number | undefined;
  readonly browserTtlMs: number | undefined;
  readonly staleWhileRevalidateMs: number | undefined;
  readonly staleIfErrorMs: number | undefined;
  readonly staleDespiteSMaxage: boolean;
  readonly query: QueryRules;
  readonly keyHasHost: boolean;
  /** The request headers that are among them. */
  readonly keyHeaders: ReadonlySet<string>;
  readonly bypassHeaders: readonly string[];
  readonly bypassCookies: readonly Glob[];
  readonly setCookie: "refuse" | "strip" | "store";
  readonly maxObjectBytes: number;
  readonly methods: ReadonlySet<string>;
  readonly sliceBytes: number | undefined;
}

export interface QueryRules {
  readonly only: readonly Glob[] | null;
  readonly except: readonly Glob[];
  readonly sorted: boolean;
}

/** Null where the cache is off; the defaults where a route does not speak of it. */
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
      // Beside each name as it is written the one that its other spellings come to.
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
    maxObjectBytes: config.maxObject,
    methods: new Set(config.methods),
    sliceBytes: config.slice,
  };
}

/**
 * What decides for whom a response is kept, as one text: two routes, or two versions of one, that differ in it do not find
 * each other's. How long something is kept is no part of it: who stretches a lifetime keeps what is there.
 */
export function audienceOf({ key, vary, setCookie, bypass }: CacheRulesConfig): string {
  const { route: _shared, ...told } = key;
  return JSON.stringify([told, vary, setCookie, bypass]);
}

/**
 * `404` beats `4xx`. A class makes nothing last that is about one request: whoever sends a field that an origin refuses would
 * have its 400 stored for all. Such a status is named by itself.
 */
function compileStatusTtl(config: CacheRulesConfig["statusTtl"]): CacheRules["statusTtlMs"] {
  const byName = new Map(Object.entries(config));
  if (byName.size === 0) return () => undefined;
  return (status) => {
    const ofClass = byName.get(`${Math.floor(status / 100)}xx`);
    return byName.get(`${status}`) ?? (isOfOneRequest(status) && ofClass !== 0 ? undefined : ofClass);
  };
}
