// The keeper of one site as a Durable Object: it loads the state, lets a pure function make the next one, stores that, and answers.
// The platform holds an answer back until what was written is on disk, so whatever was acknowledged is not lost.
import { secretSource } from "../../shared/secrets/secret-source.ts";
import type { SiteSecrets } from "../../shared/secrets/site-secrets.ts";
import {
  applyCommand,
  type Command,
  type KeeperState,
  newKeeperState,
  readKeeperState,
  snapshotOfState,
  withLists,
  withOrigins,
} from "../keeping/keeper-state.ts";
import { enter, type Ledger, type Tally, tallyOf } from "../keeping/ledger.ts";
import type { Listing } from "../keeping/listing.ts";
import { listsToldOf } from "../keeping/listing.ts";
import { listsSeen } from "../keeping/lists-seen.ts";
import { noPlaces, observeReport, type Places, receiptOf } from "../keeping/places.ts";
import { goodSince, type Probing, tellProbed } from "../keeping/probing.ts";
import { readReport } from "../keeping/report.ts";
import { snapshotText } from "../keeping/snapshot.ts";
import { standingChanges } from "../keeping/standing-changes.ts";
import { consoleLog } from "./console-log.ts";
import { KeeperAlarm } from "./keeper-alarm.ts";
import { KeeperLists } from "./keeper-lists.ts";
import { KeeperParts } from "./keeper-parts.ts";
import { KeeperProbes } from "./keeper-probes.ts";
import { LedgerOnDisk } from "./ledger-on-disk.ts";
import { originFetch } from "./origin-fetch.ts";
import { disclosedUrl, disclosingFields } from "./probe-secrets.ts";
import { type ReachEnv, reachOf } from "./reach.ts";
import { secretsFrom } from "./secrets.ts";
import { logStanding } from "./standing-log.ts";
import { digest } from "./web-crypto.ts";

interface KeeperEnv extends ReachEnv {
  readonly HEADGATE_RUNS_ON?: string;
}

export class Keeper {
  readonly #parts: KeeperParts;
  #state: KeeperState;
  /** In memory only: a keeper that starts again listens for a while before it issues a receipt. */
  #places: Places;
  #ledger: Ledger;
  readonly #ledgerOnDisk: LedgerOnDisk;
  readonly #probes: KeeperProbes;
  readonly #lists: KeeperLists;
  readonly #alarm: KeeperAlarm;

  constructor({ storage }: DurableObjectState, env: KeeperEnv) {
    const now = Date.now();
    this.#parts = new KeeperParts(storage.sql);
    this.#places = noPlaces(now);
    this.#ledgerOnDisk = new LedgerOnDisk(storage.sql);
    this.#ledger = this.#ledgerOnDisk.load(now);
    const runsOn = env.HEADGATE_RUNS_ON === "standalone" ? "standalone" : "cloudflare";
    const stored = this.#load();
    this.#state = stored ?? newKeeperState(now);
    if (!stored) this.#save(this.#state);
    const all = secretsFrom(secretSource({ ...env }), consoleLog);
    const secrets: SiteSecrets = (name, use) => all(this.#site(), name, use);
    this.#probes = new KeeperProbes({
      parts: this.#parts,
      origins: disclosingFields(originFetch(runsOn, { reach: reachOf(env, runsOn) }), secrets),
      webhookAt: (webhook) => disclosedUrl(webhook, secrets),
      onProbed: (probing, at) => this.#tellOrigins(probing, at),
      wakeUp: (at) => this.#alarm.set(at),
    });
    this.#lists = new KeeperLists({
      sql: storage.sql,
      parts: this.#parts,
      digest,
      site: () => this.#site(),
      urlOf: (url) => disclosedUrl(url, secrets),
      onRead: (listing) => this.#tellLists(listing),
      wakeUp: () => this.#alarm.set(Date.now()),
    });
    this.#alarm = new KeeperAlarm(storage, (at) => [...this.#probes.nextAt(at), this.#lists.nextAt(at)]);
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const now = Date.now();
    switch (`${request.method} ${pathname}`) {
      case "GET /snapshot":
        return this.#snapshot();
      case "POST /report": {
        const report = readReport(await bodyOf(request));
        if (!report) return notUnderstood();
        this.#places = observeReport(this.#places, report, now);
        if (report.counts) {
          this.#ledger = enter(this.#ledger, report.counts, now);
          this.#ledgerOnDisk.save(this.#ledger, now);
        }
        this.#remember(searchParams.get("site"));
        if (report.plans) await this.#probes.hear(report.plans, now);
        if (report.lists) {
          this.#lists.hear(report.lists, now);
          await this.#alarm.set(now);
        }
        return this.#snapshot();
      }
      case "POST /apply": {
        const command = await bodyOf(request);
        if (typeof command !== "object" || command === null) return notUnderstood();
        const applied = applyCommand(this.#state, command as Command, now);
        if (!applied.ok) return Response.json(applied);
        const { state } = applied.value;
        if (state !== this.#state) this.#save(state);
        this.#state = state;
        return Response.json({ ok: true, value: { revision: state.revision } });
      }
      case "GET /receipt":
        return Response.json(receiptOf(this.#places, this.#state, Number(searchParams.get("revision")), now));
      case "GET /tally":
        this.#ledgerOnDisk.write(now);
        return Response.json(this.#tally(Number(searchParams.get("last")), now));
      case "GET /list":
        return this.#list(searchParams);
      case "GET /state":
        return Response.json(this.#state);
      default:
        return notUnderstood();
    }
  }

  alarm(): Promise<void> {
    this.#alarm.wentOff();
    void this.#lists.readDue(Date.now);
    return this.#probes.alarm(Date.now);
  }

  /** What the probes have found, if it is news: to isolates with the next snapshot, to the log, and to webhooks. */
  #tellOrigins(probing: Probing, now: number): void {
    const before = this.#state;
    const after = withOrigins(before, tellProbed(before.origins, probing, now), now);
    if (after === before) return;
    this.#save(after);
    this.#state = after;
    const changes = standingChanges(before.origins, after.origins, (name) => goodSince(probing, name));
    const site = this.#site();
    for (const change of changes) logStanding(site, change);
    this.#probes.notify(changes, site, Date.now);
  }

  /** A list that was read anew is news for the isolates. */
  #tellLists(listing: Listing): void {
    const before = this.#state;
    const after = withLists(before, listsToldOf(listing, before.lists), Date.now());
    if (after === before) return;
    this.#save(after);
    this.#state = after;
  }

  #list(asked: URLSearchParams): Response {
    const bytes = this.#lists.bytes(asked.get("key") ?? "", asked.get("digest") ?? "");
    return bytes ? new Response(bytes) : new Response("the keeper has no such list\n", { status: 404 });
  }

  /** Its own name, which an alarm does not tell. */
  #remember(site: string | null): void {
    if (site !== null && site !== this.#site()) this.#parts.write("site", site);
  }

  #site(): string {
    const site = this.#parts.read("site");
    return typeof site === "string" ? site : "";
  }

  #tally(lastMs: number, now: number): Tally {
    const tally = tallyOf(this.#ledger, lastMs, now, this.#probes.seen(this.#state.origins));
    return { ...tally, lists: listsSeen(this.#lists.listing) };
  }

  #snapshot(): Response {
    return new Response(snapshotText(snapshotOfState(this.#state)), { headers: JSON_TYPE });
  }

  /** Undefined in a keeper that is new. Throws if what is stored cannot be read, rather than forget what was purged. */
  #load(): KeeperState | undefined {
    const stored = this.#parts.read("state");
    if (stored === undefined) return undefined;
    const state = readKeeperState(stored);
    if (!state) throw new Error("the stored state of the keeper is damaged");
    return state;
  }

  #save(state: KeeperState): void {
    this.#parts.write("state", state);
  }
}

const JSON_TYPE = { "content-type": "application/json" };

const notUnderstood = () => new Response("the keeper does not understand this request\n", { status: 400 });

/** Undefined if it is no JSON. */
const bodyOf = (request: Request): Promise<unknown> => request.json().catch(() => undefined);
