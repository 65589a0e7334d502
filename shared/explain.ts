// The output of `explain` as plain data, read by the command line, a page and tests. Null means "not reached": the
// request was refused before this step, or answered without it.

export type HeaderField = readonly [name: string, value: string];

export interface Explanation {
  /** As the edge reads it: one canonical spelling. Null where it cannot be read at all. */
  readonly request: AskedExplained | null;
  readonly site: {
    readonly name: string;
    readonly version: string;
    readonly hosts: readonly string[];
  } | null;
  readonly route: RouteExplained | null;
  readonly refusal: { readonly reason: string; readonly status: number; readonly detail: string } | null;
  readonly toOrigin: OriginRequestExplained | null;
  readonly cache: CacheExplained | null;
  readonly pool: PoolExplained | null;
  readonly answer: AnswerExplained;
}

/** With every route that comes before the one that takes the request, and why it does not take it. */
export interface FullExplanation extends Explanation {
  readonly passedOver: readonly RoutePassedOver[];
  /** The route that takes a request whose path is then refused. */
  readonly refusedAt: string | null;
}

export interface AskedExplained {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly client: { readonly ip: string; readonly country: string | null };
}

export interface RouteExplained {
  readonly id: string;
  readonly patterns: readonly string[];
  readonly captures: Readonly<Record<string, string>>;
}

export interface RoutePassedOver {
  readonly id: string;
  readonly mismatches: readonly Mismatch[];
}

/** One condition that does not hold. */
export interface Mismatch {
  readonly condition: string;
  readonly wants: string;
  readonly found: string;
}

export interface OriginRequestExplained {
  readonly method: string;
  /** Path and query as the origin that is asked first sees them, the base path of its own URL included. */
  readonly url: string;
  /** The same for every origin in service, the most likely first: each has a base path of its own. */
  readonly urls: readonly { readonly origin: string; readonly url: string }[];
  readonly headers: readonly HeaderField[];
  /** What the edge sets or changes of the client's fields, and what it takes away. */
  readonly added: readonly HeaderField[];
  readonly removed: readonly string[];
}

export interface CacheExplained {
  /** The key under which a response is looked up; null where the cache is not asked. */
  readonly key: string | null;
  /** Why it is not asked, in the word that Cache-Status and the log use. */
  readonly passedBecause: string | null;
  /** Null where no stored response was given. */
  readonly stored: StoredExplained | null;
  /** Sentences: what tells responses apart, how long one is kept, why the cache is not asked. */
  readonly notes: readonly string[];
}

/** What a given stored response would allow. */
export interface StoredExplained {
  readonly verdict: "fresh" | "stale-while-revalidate" | "revalidate" | "not-stored";
  /** Whose word its freshness is (`max-age`, `route-ttl`, …), or the objection to storing it. */
  readonly because: string;
  /** What is left of its freshness; below zero where it is stale, null where it is not stored. */
  readonly ttlSeconds: number | null;
  readonly notes: readonly string[];
}

export interface PoolExplained {
  readonly id: string;
  readonly balance: string;
  /** How likely each origin is to be asked first. Empty where none is in service: then the answer is a 503. */
  readonly firstChoice: readonly { readonly origin: string; readonly url: string; readonly share: number }[];
  /** The groups that follow, each asked only when the ones before have none left. */
  readonly failover: readonly { readonly tier: number; readonly origins: readonly string[] }[];
  readonly outOfService: readonly { readonly origin: string; readonly because: string }[];
  /** Attempts in all, the first included. */
  readonly attempts: number;
}

export interface AnswerExplained {
  /** Null where an origin decides it. */
  readonly status: number | null;
  /** The answer's own fields, or what the edge puts on an origin's answer. */
  readonly headers: readonly HeaderField[];
  /** What the edge takes away of an origin's answer; empty where it answers itself. */
  readonly removed: readonly string[];
  /** Null where an origin decides it, or there is none. */
  readonly body: string | null;
  /** The security preset, and what it does field by field. */
  readonly security: string;
  readonly securitySteps: readonly SecurityStep[];
}

export interface SecurityStep {
  readonly do: "set" | "set-if-absent" | "remove";
  readonly name: string;
  readonly value: string | null;
}
