// The keeper of one site as a Durable Object: it loads the state, lets a pure function make the next one, stores that, and answers.
// The platform holds an answer back until what was written is on disk, so whatever was acknowledged is not lost.
import {
  applyCommand,
  type Command,
  type KeeperState,
  newKeeperState,
  readKeeperState,
  snapshotOfState,
} from "../keeping/keeper-state.ts";
import { enter, type Ledger, tallyOf } from "../keeping/ledger.ts";
import { noPlaces, observeReport, type Places, receiptOf } from "../keeping/places.ts";
import { readReport } from "../keeping/report.ts";
import { snapshotText } from "../keeping/snapshot.ts";
import { LedgerOnDisk } from "./ledger-on-disk.ts";

export class Keeper {
  readonly #sql: SqlStorage;
  #state: KeeperState;
  /** In memory only: a keeper that starts again listens for a while before it issues a receipt. */
  #places: Places;
  #ledger: Ledger;
  readonly #ledgerOnDisk: LedgerOnDisk;

  constructor({ storage }: DurableObjectState) {
    const now = Date.now();
    this.#sql = storage.sql;
    this.#places = noPlaces(now);
    this.#ledgerOnDisk = new LedgerOnDisk(storage.sql);
    this.#ledger = this.#ledgerOnDisk.load(now);
    // Without a row id, a write is one row and not two, which is what the platform charges.
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
    );
    const stored = this.#load();
    this.#state = stored ?? newKeeperState(now);
    if (!stored) this.#save(this.#state);
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
        return Response.json(tallyOf(this.#ledger, Number(searchParams.get("last")), now));
      case "GET /state":
        return Response.json(this.#state);
      default:
        return notUnderstood();
    }
  }

  #snapshot(): Response {
    return new Response(snapshotText(snapshotOfState(this.#state)), { headers: JSON_TYPE });
  }

  /** Undefined in a keeper that is new. Throws if what is stored cannot be read, rather than forget what was purged. */
  #load(): KeeperState | undefined {
    const [row] = this.#sql.exec<{ json: string }>("SELECT json FROM parts WHERE name = 'state'");
    if (!row) return undefined;
    const state = readKeeperState(JSON.parse(row.json));
    if (!state) throw new Error("the stored state of the keeper is damaged");
    return state;
  }

  #save(state: KeeperState): void {
    this.#sql.exec("INSERT OR REPLACE INTO parts (name, json) VALUES ('state', ?)", JSON.stringify(state));
  }
}

const JSON_TYPE = { "content-type": "application/json" };

const notUnderstood = () => new Response("the keeper does not understand this request\n", { status: 400 });

/** Undefined if it is no JSON. */
const bodyOf = (request: Request): Promise<unknown> => request.json().catch(() => undefined);
