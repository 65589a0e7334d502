// What the pipeline may ask of the outside world. Interfaces only: adapters implement them, and tests bring their own
// clock, random numbers and origins.
import type { Result } from "../shared/result.ts";
import type { SecretUse } from "../shared/secrets/secret-value.ts";
import type { Endpoint } from "../shared/site/endpoint.ts";
import type { LimitConfig } from "../shared/site/limit-schema.ts";
import type { Soon } from "../shared/soon.ts";
import type { Proving } from "./admission/authentication/proving.ts";
import type { Allowance, Withdrawal } from "./admission/limits/withdrawal.ts";
import type { Subrequests } from "./balancing/subrequests.ts";
import type { Entry, Stored } from "./caching/entry.ts";
import type { FilesRules } from "./files/files-rules.ts";
import type { Counts } from "./keeping/counts.ts";
import type { Command, CommandObjection, KeeperState } from "./keeping/keeper-state.ts";
import type { Tally } from "./keeping/ledger.ts";
import type { Receipt, ReceiptObjection } from "./keeping/places.ts";
import type { Report } from "./keeping/report.ts";
import type { Snapshot } from "./keeping/snapshot.ts";
import type { Body, Peer, Reply } from "./message.ts";
import type { SiteStore } from "./publishing/site-store.ts";
import type { RefusalReason } from "./refusal.ts";

export interface World {
  /** Milliseconds since 1970. */
  now(): number;
  /** A pause of a few milliseconds of real time. It cannot be cancelled, so a time-out uses `after`. */
  wait(ms: number): Promise<void>;
  /** Acts after this many milliseconds of real time. The returned function cancels it. */
  after: After;
  /** A number in [0, 1). */
  random(): number;
  /** A new request id: 32 hexadecimal digits. */
  newId(): string;
  /** SHA-256, as hexadecimal digits. */
  digest(bytes: Uint8Array): Promise<string>;
  /** Null if the edge has no HEADGATE_SECRET. */
  signing: Signing | null;
  sealing: Sealing;
  secrets: Secrets;
  proving: Proving;
  /** The other end of the connection, as the platform reports it; never taken from a header of the client. */
  peerOf(request: Request): Peer;
  /** Whether bodies are compressed here; otherwise the platform does it after the edge, or cannot. */
  compresses?: boolean;
  sites: SiteTexts;
  /** Null where sites are only read: from a folder of files, from the bundle, from an embedding app. */
  siteStore: SiteStore | null;
  store: Store;
  /** Null where no keeper is bound. Then every isolate decides alone. */
  keepers: Keepers | null;
  /** The name of this isolate, and the data centre where it runs. Keepers are told both. */
  self: Pick<Report, "isolate" | "place" | "refreshMs">;
  origins: Origins;
  files: Files;
  limiters: Limiters;
  /** What this request may still ask of others; absent where the platform sets no limit. */
  subrequests?: Subrequests;
  /** Work that continues after the response. A rejection is logged and has no other effect. */
  background(work: Promise<unknown>): void;
  log: Log;
  /** Counts what is sent of a response. This makes it more expensive, so it is only used where a site asks for it. */
  countSent(reply: Reply): CountedReply;
  /** Null if no one collects metrics: then nothing is computed. */
  metrics: Metrics | null;
}

/** Codes under keys that are derived from the root secret, one for each purpose. Nobody learns the root secret from one of them. */
export interface Signing {
  /** HMAC-SHA256 in Base64. The purpose names what it is for, and for whom. */
  mac(purpose: string, text: string): Promise<string>;
}

/**
 * What a site file names as `${secret:NAME}`. `site` is the name of the site that asks. Undefined if there is no such secret, or the site
 * may not use it, or its value cannot be used in this way: the log then says why, once. Who asks then fails closed.
 */
export type Secrets = (site: string, name: string, use: SecretUse) => string | undefined;

/** For the cookies of the edge itself. Under `serve` and `dev` there may be a secret that was made up for the run. */
export interface Sealing {
  /** HMAC-SHA256 in Base64; undefined if the edge has no secret, which the log then says. */
  mac(what: Sealed, text: string): Promise<string | undefined>;
  /** A client's cookie has another seal. The log says so, once for each `place`. */
  foreign(what: Sealed, place: string): void;
}

/** The pin of a sticky session, a challenge, or the key of the cookies of a login. */
export type Sealed = "pin" | "challenge" | "login";

/**
 * Timers are cancelled: one that keeps running when it is no longer needed makes a request a seventh more expensive
 * (docs/performance.md).
 */
export type After = (ms: number, act: () => void) => () => void;

/** Site files by host pattern (`shop.example.com`, `*.example.com`, `*`), as JSON text. */
export interface SiteTexts {
  /** The text; undefined if there is none. Rejects if the store itself fails. */
  read(pattern: string): Promise<string | undefined>;
  /**
   * The text of a version that the record of a site names. It never changes, so an old copy is as good as a new one, unless
   * one was asked for that is not there or not whole: then `unseen` asks past what is kept near by. Undefined in a store
   * without versions.
   */
  readVersion?(name: VersionName, copy?: "any" | "unseen"): Promise<string | undefined>;
  /** The patterns that have a text, in order, for the admin API. Absent if the store cannot list them. Rejects if it fails. */
  patterns?(page: PatternPage): Promise<readonly string[]>;
}

export interface VersionName {
  readonly site: string;
  readonly version: string;
}

export interface PatternPage {
  /** Only those after this one. */
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * The keepers of the sites, by the name of the site. Nothing here rejects or takes longer than a time-out. A keeper that could not
 * be asked may still have applied a command, so a command that is repeated must do no harm.
 */
export interface Keepers {
  /** May be a few seconds old: it may come from the data centre's cache. */
  read(site: string): Promise<Result<Snapshot, KeeperFailure>>;
  /** What it acknowledges with `ok` is on disk. The revision is the one from which the command is in force. */
  apply(
    site: string,
    command: Command,
  ): Promise<Result<{ readonly revision: number }, KeeperFailure | CommandObjection>>;
  /** Comes back with the snapshot of this moment. */
  report(site: string, report: Report): Promise<Result<Snapshot, KeeperFailure>>;
  /** Which data centres have applied a revision. */
  receipt(site: string, revision: number): Promise<Result<Receipt, KeeperFailure | ReceiptObjection>>;
  /** An address list that a snapshot tells of, as routing/address-set.ts packs it. */
  list(site: string, list: ListName): Promise<Result<Uint32Array, KeeperFailure>>;
  /** All that it remembers. */
  inspect(site: string): Promise<Result<KeeperState, KeeperFailure>>;
  /** What was reported of the site's requests: all, and in the last so many milliseconds. */
  tally(site: string, lastMs: number): Promise<Result<Tally, KeeperFailure>>;
}

export interface ListName {
  readonly key: string;
  readonly digest: string;
}

export interface KeeperFailure {
  readonly reason: "keeper-unavailable";
  /** For the operator. */
  readonly message: string;
}

/** One record per request. */
export interface LogRecord {
  /** ISO 8601: when the request arrived. */
  readonly time: string;
  readonly requestId: string;
  readonly client: string | null;
  readonly country: string | null;
  /** `HTTP/2`, as the platform reports it. */
  readonly protocol: string | null;
  readonly scheme: "http" | "https" | null;
  readonly host: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: string | null;
  /** The Referer field: without credentials, and without the query unless the site logs queries. */
  readonly referrer: string | null;
  readonly userAgent: string | null;
  readonly site: string | null;
  readonly version: string | null;
  readonly route: string | null;
  /** Who has proven to have sent it, if the site logs that. */
  readonly subject: string | null;
  readonly refusal: RefusalReason | null;
  /** For which reasons rules that only observe would have refused it. */
  readonly observed: readonly RefusalReason[];
  /** `hit`, or why the request was forwarded (`miss`, `stale`, `bypass`, …); null if the cache was not asked. */
  readonly cache: string | null;
  readonly cacheReason: string | null;
  readonly pool: string | null;
  /** The origin that answered. */
  readonly origin: string | null;
  /** Each attempt in order: `fra connect`, `iad 200`. */
  readonly attempts: readonly string[];
  /** Why a failed attempt was the last one: `not-idempotent`. Null if none failed. */
  readonly stoppedBy: string | null;
  readonly status: number;
  /** The declared length of what is sent, null if it is streamed without one; or the bytes that were sent, if counted. */
  readonly bytes: number | null;
  /** From the arrival of the request until the header of the response was ready. */
  readonly ms: number;
  /** From the arrival of the request until the end of the body; null if the bytes are not counted. */
  readonly totalMs: number | null;
  /** How the body ended; null if the bytes are not counted. */
  readonly ended: BodyEnd | null;
}

/** The last two: the client disconnected, or the origin broke off. */
export type BodyEnd = "whole" | "client-left" | "origin-broke";

/** One line without its end. It holds no control character, whatever the record holds. */
export type LogFormat = (record: LogRecord) => string;

export interface Log {
  /**
   * Takes a record, and never blocks or fails. If it returns a promise, the record is written by the time the promise
   * resolves, and the request must be kept alive until then (`background`).
   */
  request(record: LogRecord, format: LogFormat): Promise<void> | undefined;
  /** A message for the operator, for example that a site file is broken or that a store failed. */
  warn(message: string, evidence: Record<string, unknown>): void;
}

/** Who counts what clients have used of their limits. */
export type Limiters = Readonly<Record<LimitConfig["strength"], Limiter>>;

/** Nothing here rejects or takes longer than a time-out. */
export interface Limiter {
  /** Takes the units, or refuses and takes nothing. Synchronous if the isolate itself counts. */
  take(withdrawal: Withdrawal): Soon<Result<Allowance, LimiterFailure>>;
  /** Takes units for what has happened, also if they are not there any more. */
  charge(withdrawal: Withdrawal): Soon<void>;
}

export interface LimiterFailure {
  readonly reason: "limiter-unavailable";
  /** For the operator. */
  readonly message: string;
}

/** A reply that is counted on its way to the client. */
export interface CountedReply {
  readonly reply: Reply;
  /** Resolves when nothing more is sent: of a WebSocket, when it has closed. Never rejects. */
  readonly sent: Promise<BodySent>;
}

export interface BodySent {
  readonly bytes: number;
  readonly ended: BodyEnd;
}

/** Told about every request, before the log takes its sample. */
export interface Metrics {
  request(measure: RequestMeasure): void;
  /** What was sent to a pool, in the background too. */
  attempts(site: string, pool: string, attempts: readonly AttemptMeasure[]): void;
  /** What was counted of a site since the last call; undefined if nothing was. */
  take(site: string): Counts | undefined;
  /** The keeper could not be told. */
  giveBack(site: string, counts: Counts): void;
}

export interface AttemptMeasure {
  readonly origin: { readonly id: string };
  readonly attempted:
    | {
        readonly kind: "failure";
        readonly failure: OriginFailure | { readonly kind: "given-up" };
      }
    | { readonly kind: "status"; readonly status: number };
}

export interface RequestMeasure {
  readonly site: string | null;
  readonly route: string | null;
  readonly status: number;
  readonly refusal: RefusalReason | null;
  /** `hit`, or why it was forwarded; null if the cache was not asked. */
  readonly cache: string | null;
  readonly origin: string | null;
  /** From the arrival of the request until the header of the response was ready. */
  readonly ms: number;
}

export interface Origins {
  /** One attempt at one origin. Never rejects: a failure is returned as a value. */
  fetch(request: OriginRequest): Promise<Result<OriginReply, OriginFailure>>;
}

export interface OriginRequest {
  /** As the origin should see it: its host is the Host. */
  readonly url: string;
  /** Where the connection goes, if not where the URL says. */
  readonly endpoint?: Endpoint;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Body;
  /** Until the header of the response has arrived, counted from the moment the request body has been sent. */
  readonly firstByteMs: number;
  /** Until the body has arrived as well; undefined if it may never end (server-sent events). */
  readonly totalMs: number | undefined;
  /** How long no byte of the upload or of the response may move; undefined for no limit. */
  readonly idleMs?: number | undefined;
  /** How long the origin may take no further byte of the body of the request; `idleMs` if undefined. */
  readonly takesWithinMs?: number | undefined;
  /** A folder answers in place of an origin. */
  readonly files?: FilesRules;
  /**
   * Aborted if the caller gives the attempt up: it ends as a time-out, and the connection is closed at once. Without a signal,
   * the connection of an attempt that timed out is closed when its response arrives or the client's request ends. A signal
   * makes a request more expensive (docs/decisions/0033).
   */
  readonly giveUp?: AbortSignal;
  /**
   * Called when the attempt no longer occupies its origin: it has failed, its response has ended, was broken off or cancelled, or
   * its WebSocket has closed. May be called again. This makes a request more expensive, because the runtime itself does not tell.
   */
  readonly ended?: () => void;
  /**
   * Called when the body of the answer has arrived whole, or the origin has broken it off: only where script reads the body anyway,
   * because of `idleMs`. Not if the client leaves, or the edge itself ends the body.
   */
  readonly bodyEnded?: (how: "whole" | "cut") => void;
  /** The answer gets a `cutOff`, which costs a signal too. An answer to a streaming upload gets none. */
  readonly mayBeCutOff?: boolean;
}

export interface OriginReply {
  readonly status: number;
  readonly statusText: string;
  /** Owned by the reply: the flow may change them. */
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** See `Reply`. */
  readonly bodyLength?: number;
  /** The other end of an accepted upgrade. Opaque to everything except the adapter that makes the Response. */
  readonly webSocket: unknown;
  /** The platform object that the reply arrived in; equally opaque. */
  readonly original?: unknown;
  /** Breaks the transfer of the body for all who read it, and closes the connection. Absent unless it was asked for. */
  readonly cutOff?: () => void;
}

/**
 * `connect`: the connection was refused or reset, or the name is unknown. The runtime does not say which, nor whether
 * anything was sent.
 */
export type OriginFailure =
  | { readonly kind: "connect"; readonly message: string }
  | {
      readonly kind: "timeout";
      readonly afterMs: number;
      /** The status, if it was the platform that gave up. */
      readonly told?: number;
      /** The origin may not be at fault. */
      readonly duringUpload?: true;
    }
  /** The client's request body ended early while it was being sent to the origin. */
  | { readonly kind: "request-body-broken" }
  /** The client sent nothing for too long while the upload was not complete. */
  | { readonly kind: "request-body-stalled" }
  /** The platform starts no further attempt for this request, as after 50 on Cloudflare's free plan. No origin was asked. */
  | { readonly kind: "too-many-subrequests" };

/** The files that lie with the edge, by folder. Nothing here rejects. The rules are in worker/files/. */
export interface Files {
  /** Why the site may not serve the folder; undefined if it may. For the operator. */
  objectionTo(site: string, folder: string): string | undefined;
  /** Undefined if there is no such file: no folder, nothing outside of the folder, nothing in another spelling of its name. */
  fetch(ask: FileAsk): Promise<Result<StoredFile | undefined, FilesFailure>>;
  /** The length of a file, where `fetch` does not tell it; undefined if there is none. It may have to be read for that. */
  measure(folder: string, name: string): Promise<Result<number | undefined, FilesFailure>>;
  /** Of a small file, as UTF-8; undefined if there is none. */
  readText(folder: string, name: string): Promise<Result<string | undefined, FilesFailure>>;
  /** For our own cache, as the value of a targeted field: how long does it keep a file whose Cache-Control is this? */
  keep(cacheControl: string | null): string;
  /** How long the rules of a folder are used before they are read again. */
  readonly rulesForMs: number;
}

export interface FileAsk {
  readonly folder: string;
  /** Below the folder, decoded: `docs/a b.html`. */
  readonly name: string;
  readonly method: "GET" | "HEAD";
  /** Positions, both included. The whole may come all the same. */
  readonly range?: { readonly first: number; readonly last: number };
}

export interface StoredFile {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** As far as the platform knows it. */
  readonly contentType: string | null;
  /** Of the whole; undefined if that is not known before it is read. */
  readonly bytes: number | undefined;
  /** The body is the range that was asked for. */
  readonly isPart: boolean;
  /** Null for HEAD. */
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface FilesFailure {
  readonly reason: "files-unavailable";
  /** For the operator. */
  readonly message: string;
}

/**
 * Stored responses, by key. A store knows no rules: what may be stored, found or served is decided in caching/. It
 * never rejects: for the caller, a store that fails is a miss.
 */
export interface Store {
  readonly name: string;
  /** Whether other isolates also write to it and delete from it. */
  readonly isShared: boolean;
  /**
   * Whether it would store the entry with a body of the declared length. A body without a declared length is judged
   * when it arrives.
   */
  takes(key: string, entry: Entry): boolean;
  /** Synchronous if the entry is in memory, so that such a hit awaits nothing. */
  get(key: string): Promise<Stored | undefined> | Stored | undefined;
  /**
   * Stores the whole entry or nothing: a body that ends early leaves no entry behind. If something else is being put
   * under the same key, a part gives way to it.
   */
  put(key: string, entry: Entry, body: Body): Promise<void>;
  /**
   * Gives the entry that was found under the key newer metadata, and leaves its body in place. Returns false and
   * changes nothing if the key now holds something else or nothing. The found body stays with the caller: a stream is
   * not read.
   */
  renew(key: string, found: Stored, entry: Entry): Promise<boolean>;
  delete(key: string): Promise<void>;
}
