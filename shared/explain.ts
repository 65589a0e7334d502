// The output of `explain` as plain data, read by the command line, a page and tests. Null means "not reached": the
// request was refused before this step, or answered without it.

export type HeaderField = readonly [name: string, value: string];

export interface Explanation {
  /** The request as the edge reads it, in canonical form. Null if it cannot be read at all. */
  readonly request: AskedExplained | null;
  readonly site: {
    readonly name: string;
    readonly version: string;
    readonly hosts: readonly string[];
    /** Only if a rollout was given: which of its versions took the request. */
    readonly rollout?: RolloutExplained;
  } | null;
  readonly route: RouteExplained | null;
  /** What a PURGE or BAN names, if it is a request to purge: `hard: what has the tag news on shop.example.com`. */
  readonly purges: readonly string[] | null;
  /** What the route asks before a request may go on, up to where this one does not. */
  readonly admission: readonly AdmissionExplained[];
  readonly refusal: { readonly reason: string; readonly status: number; readonly detail: string } | null;
  /** Where in a folder is looked for a file; null if no folder is asked. */
  readonly files: FilesExplained | null;
  readonly toOrigin: OriginRequestExplained | null;
  readonly cache: CacheExplained | null;
  readonly pool: PoolExplained | null;
  readonly answer: AnswerExplained;
  readonly log: LogExplained;
}

/** Also lists the routes before the one that matches, and why they do not match. */
export interface FullExplanation extends Explanation {
  readonly passedOver: readonly RoutePassedOver[];
  /** The route that matches a request whose path is then refused. */
  readonly refusedAt: string | null;
}

export interface RolloutExplained {
  readonly took: "live" | "next";
  readonly live: string;
  readonly next: string;
  /** Of the clients, which get the next version. */
  readonly share: number;
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

export interface AdmissionExplained {
  /** The key of the site file: `access`, `limit`. */
  readonly name: string;
  /** Which one, where a place may have several: the name of a limit. */
  readonly which?: string;
  readonly wants: string;
  /** `observed`: it would refuse, but only observes. `answered`: the edge answers, with a login page for example. */
  readonly verdict: "pass" | "observed" | "refused" | "answered";
  /** The reason of the refusal, given or observed. */
  readonly because: string | null;
}

export interface RoutePassedOver {
  readonly id: string;
  readonly mismatches: readonly Mismatch[];
}

/** One condition that is not met. */
export interface Mismatch {
  readonly condition: string;
  readonly wants: string;
  readonly found: string;
}

export interface OriginRequestExplained {
  readonly method: string;
  /** Path and query as seen by the origin that is asked first, including the base path of its URL. */
  readonly url: string;
  /** The same for every origin in service, the most likely first: each has its own base path. */
  readonly urls: readonly OriginUrlExplained[];
  readonly headers: readonly HeaderField[];
  /** The fields that the edge sets or changes, and those that it removes from the client's request. */
  readonly added: readonly HeaderField[];
  readonly removed: readonly string[];
}

export interface OriginUrlExplained {
  readonly origin: string;
  readonly url: string;
  /** The Host that it sees. */
  readonly host: string;
  /** Whether that is the host of its URL. */
  readonly isOwnHost: boolean;
}

export interface CacheExplained {
  /** The key under which a response is looked up; null if the cache is not asked. */
  readonly key: string | null;
  /** Why it is not asked, in the word that Cache-Status and the log use. */
  readonly passedBecause: string | null;
  /** Null if no stored response was given. */
  readonly stored: StoredExplained | null;
  /** Sentences: what distinguishes responses, how long one is stored, why the cache is not asked. */
  readonly notes: readonly string[];
}

/** What the given stored response would allow. */
export interface StoredExplained {
  readonly verdict: "fresh" | "stale-while-revalidate" | "revalidate" | "not-stored";
  /** What determines its freshness (`max-age`, `route-ttl`, …), why it would not be stored, or `purged`. */
  readonly because: string;
  /** The remaining freshness; negative if it is stale, null if it is not stored. */
  readonly ttlSeconds: number | null;
  readonly notes: readonly string[];
}

export interface FilesExplained {
  readonly folder: string;
  /** In this order: the first file that there is decides. `answer`: `200`, `404`, `301 to ./docs/`. */
  readonly looks: readonly { readonly name: string; readonly answer: string }[];
  /** Whether clients keep a file of that name for a year. */
  readonly isImmutable: boolean;
  /** If there is none of them: `pool web`, `404 no-file`. */
  readonly otherwise: string;
}

export interface PoolExplained {
  readonly id: string;
  readonly balance: string;
  /** Of the first choice: origins on trial, those that are usable, or those that are out, if no other is left. Null if there is none. */
  readonly role: CandidateRole | null;
  /** How likely each origin is to be asked first. Empty if none is in service: the answer is then a 503. */
  readonly firstChoice: readonly { readonly origin: string; readonly url: string; readonly share: number }[];
  /** The groups that follow. Each is asked only when the ones before it have no origin left. */
  readonly failover: readonly {
    readonly role: CandidateRole;
    readonly tier: number;
    readonly origins: readonly string[];
  }[];
  readonly outOfService: readonly { readonly origin: string; readonly because: string }[];
  /** The cookie that keeps a client at its origin, without the prefix that it has over https; null if nothing does. */
  readonly sticky: { readonly cookie: string; readonly when: "rebind" | "wait" | "refuse" } | null;
  /** The pools that the route asks next if nobody of this one answers. */
  readonly nextPools: readonly string[];
  /** What answers when no origin has: `pool static`, `the edge`; null if nothing does. */
  readonly sorry: string | null;
  /** What speaks against an origin, and what then. */
  readonly outlier: OutlierExplained;
  /** What the isolate that answered believes of the origins in service. Null if that is not known: then all are taken for good. */
  readonly believed: readonly OriginBelieved[] | null;
  /** The total number of attempts, including the first. */
  readonly attempts: number;
  /** `first byte 15s, idle 30s, total 1m`: the limits that there are. */
  readonly timeouts: string;
  /** Which share of the requests that go to an origin also goes to which pool; null if none does. */
  readonly mirror: { readonly pool: string; readonly share: number } | null;
  /** What the keeper asks the origins to learn whether they are good: `GET /healthz every 15s`. Null if it asks nothing. */
  readonly probed: string | null;
  /** A line for each rule that limits retries, hedges or refuses. */
  readonly rules: readonly string[];
}

export type CandidateRole = "trial" | "usable" | "last-resort";

/** Shares are in [0, 1]. */
export interface OutlierExplained {
  readonly consecutive: number;
  readonly rate: number;
  readonly windowMs: number;
  readonly ejectMs: number;
  readonly maxEjected: number;
  readonly panic: number;
  readonly slowStartMs: number;
  readonly asksWhenAllOut: boolean;
}

export interface OriginBelieved {
  readonly origin: string;
  readonly standing: "drained" | "down" | "ejected" | "probation" | "returning" | "good";
  /** `connect`, `timeout`, a status, `body-cut`, `failure-rate`, or how a probe failed. */
  readonly because: string | null;
  /** Milliseconds since 1970. */
  readonly since: number | null;
  /** When an ejection ends. */
  readonly until: number | null;
  /** Its weight now: less than the configured one while it returns. */
  readonly weight: number;
}

export interface AnswerExplained {
  /** Null if an origin decides it. */
  readonly status: number | null;
  /** The fields of the answer, or those that the edge adds to an origin's answer. */
  readonly headers: readonly HeaderField[];
  /** The fields that the edge removes from an origin's answer; empty if the edge answers itself. */
  readonly removed: readonly string[];
  /** Null if an origin decides it, or if there is none. */
  readonly body: string | null;
  /** What is done to the body of an origin's answer, in its order. */
  readonly edits: readonly string[];
  /** The security preset, and what it does field by field. */
  readonly security: string;
  readonly securitySteps: readonly SecurityStep[];
}

export interface SecurityStep {
  readonly do: "set" | "set-if-absent" | "remove";
  readonly name: string;
  readonly value: string | null;
}

/** The record of the request. If the answer turns out to be a 5xx, it is always logged. */
export interface LogExplained {
  /** The share of such requests that are logged. */
  readonly share: number;
  readonly format: "json" | "combined" | "fields";
  /** Null for all fields, or those of the combined format. */
  readonly fields: readonly string[] | null;
  readonly query: boolean;
  readonly bytes: "declared" | "sent";
}
