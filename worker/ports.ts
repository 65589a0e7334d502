// What the pipeline may ask of the outside world. Interfaces only: adapters implement them, and tests bring their own
// clock, random numbers and origins.
import type { Result } from "../shared/result.ts";
import type { Entry, Stored } from "./caching/entry.ts";
import type { Body, Peer } from "./message.ts";
import type { RefusalReason } from "./refusal.ts";

export interface World {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after this many milliseconds of real time. */
  wait(ms: number): Promise<void>;
  /** Acts after this many milliseconds of real time, unless it is called off by what it returns. */
  after: After;
  /** A number in [0, 1). */
  random(): number;
  /** A new request id: 32 hexadecimal digits. */
  newId(): string;
  /** SHA-256, as hexadecimal digits. */
  digest(bytes: Uint8Array): Promise<string>;
  /** Who is at the other end of the connection, told by the platform and never by the client's own header. */
  peerOf(request: Request): Peer;
  sites: SiteTexts;
  store: Store;
  origins: Origins;
  /** Runs when the answer is on its way: the client does not wait for it. */
  afterAnswer(act: () => void): void;
  /** Work that outlives the answer. A rejection is reported and harms nobody. */
  background(work: Promise<unknown>): void;
  log: Log;
  /** Null where nobody counts: then nothing is worked out. */
  metrics: Metrics | null;
}

/** A timer that ran on where nobody needs it any more would make a request a seventh dearer (docs/performance.md). */
export type After = (ms: number, act: () => void) => () => void;

/** Site files by host pattern (`shop.example.com`, `*.example.com`, `*`), as JSON text. */
export interface SiteTexts {
  /** The text, undefined where there is none; rejects where the store itself fails. */
  read(pattern: string): Promise<string | undefined>;
}

/** One record per request. */
export interface LogRecord {
  /** ISO 8601, of the request's arrival. */
  readonly time: string;
  readonly requestId: string;
  readonly client: string | null;
  readonly country: string | null;
  readonly host: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly site: string | null;
  readonly version: string | null;
  readonly route: string | null;
  readonly refusal: RefusalReason | null;
  /** `hit`, or why it was forwarded (`miss`, `stale`, `bypass`, …); null where the cache was not asked. */
  readonly cache: string | null;
  readonly cacheReason: string | null;
  readonly pool: string | null;
  /** The origin that answered. */
  readonly origin: string | null;
  /** Each attempt in turn: `fra connect`, `iad 200`. */
  readonly attempts: readonly string[];
  readonly status: number;
  /** The length that the answer declares; null where it is streamed without one. */
  readonly bytes: number | null;
  /** Until the answer's header was ready. */
  readonly ms: number;
}

export interface Log {
  request(record: LogRecord): void;
  /** A sentence for the operator: a site that is broken, a store that failed. */
  warn(message: string, evidence: Record<string, unknown>): void;
}

/** Told of every request, before the log takes its sample. */
export interface Metrics {
  request(measure: RequestMeasure): void;
}

export interface RequestMeasure {
  readonly site: string | null;
  readonly route: string | null;
  readonly status: number;
  readonly refusal: RefusalReason | null;
  /** `hit`, or why it was forwarded; null where the cache was not asked. */
  readonly cache: string | null;
  readonly origin: string | null;
  /** Until the answer's header was ready. */
  readonly ms: number;
}

export interface Origins {
  /** One attempt at one origin. Never rejects: what goes wrong on the way is a value. */
  fetch(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>>;
}

export interface OriginRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Body;
  /** Until the header has arrived, counted from when the body has been handed on. */
  readonly firstByteMs: number;
  /** Until the body has arrived too; undefined where it may take for ever (server-sent events). */
  readonly totalMs: number | undefined;
}

export interface OriginReply {
  readonly status: number;
  readonly statusText: string;
  /** One's own: the flow may change them. */
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** The other end of an accepted upgrade; opaque to everything but the adapter that makes the Response. */
  readonly webSocket: unknown;
  /** The platform's object that it came in; as opaque. */
  readonly original?: unknown;
}

/** `connect`: refused, reset, or an unknown name; the runtime does not tell which, nor whether anything was sent. */
export type OriginFailure =
  | { readonly kind: "connect"; readonly message: string }
  | { readonly kind: "timeout"; readonly afterMs: number }
  /** The client's own body ended early, while it was handed on. */
  | { readonly kind: "request-body-broken" };

/**
 * Stored responses, by key. A store knows no rule: what may be kept, found or served is decided in caching/.
 * One that fails is a miss for its caller, and never rejects.
 */
export interface Store {
  readonly name: string;
  /** Whether other isolates put into it too, and delete from it. */
  readonly isShared: boolean;
  /** Whether it would keep the entry with a body of the declared length; one of no declared length shows when it comes. */
  takes(key: string, entry: Entry): boolean;
  /** At once where it is at hand: a hit in memory is not to pay for a wait. */
  get(key: string): Promise<Stored | undefined> | Stored | undefined;
  /**
   * Keeps it, or keeps nothing: a body that ends early leaves no entry behind. A part gives way to whatever else is being
   * put under its key meanwhile.
   */
  put(key: string, entry: Entry, body: Body): Promise<void>;
  /**
   * Gives what was found under the key a newer entry, and leaves its body where it is. False, and of no effect, where
   * something else or nothing stands there by now. The found body stays the caller's own: a stream is not read.
   */
  renew(key: string, found: Stored, entry: Entry): Promise<boolean>;
  delete(key: string): Promise<void>;
}
