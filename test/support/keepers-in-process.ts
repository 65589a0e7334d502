// The keepers of an edge in this process: the reducers behind the port, with a clock of the test. They can be down, and can lose
// their state.
import { err, ok } from "../../shared/result.ts";
import {
  applyCommand,
  type KeeperState,
  newKeeperState,
  snapshotOfState,
  withOrigins,
} from "../../worker/keeping/keeper-state.ts";
import { enter, type Ledger, newLedger, tallyOf } from "../../worker/keeping/ledger.ts";
import { originsSeen } from "../../worker/keeping/origins-seen.ts";
import { noPlaces, observeReport, type Places, receiptOf } from "../../worker/keeping/places.ts";
import {
  dueProbes,
  hear,
  NO_PROBING,
  observeProbes,
  type Probing,
  tellProbed,
} from "../../worker/keeping/probing.ts";
import type { KeeperFailure, Keepers } from "../../worker/ports.ts";

const DOWN: KeeperFailure = { reason: "keeper-unavailable", message: "the keeper is down" };

interface Kept {
  state: KeeperState;
  places: Places;
  ledger: Ledger;
  probing: Probing;
}

export class KeepersInProcess implements Keepers {
  /** If true, nothing can be asked of any keeper. */
  isDown = false;
  /** What was asked, in order: `read a.test`. */
  readonly asked: string[] = [];
  readonly #now: () => number;
  readonly #sites = new Map<string, Kept>();

  constructor(now: () => number) {
    this.#now = now;
  }

  read: Keepers["read"] = async (site) => {
    this.asked.push(`read ${site}`);
    return this.isDown ? err(DOWN) : ok(snapshotOfState(this.#of(site).state));
  };

  apply: Keepers["apply"] = async (site, command) => {
    this.asked.push(`apply ${site}`);
    if (this.isDown) return err(DOWN);
    const kept = this.#of(site);
    const applied = applyCommand(kept.state, command, this.#now());
    if (!applied.ok) return applied;
    kept.state = applied.value.state;
    return ok({ revision: kept.state.revision });
  };

  report: Keepers["report"] = async (site, report) => {
    this.asked.push(`report ${site} ${report.revision}`);
    if (this.isDown) return err(DOWN);
    const kept = this.#of(site);
    kept.places = observeReport(kept.places, report, this.#now());
    if (report.counts) kept.ledger = enter(kept.ledger, report.counts, this.#now());
    if (report.plans) kept.probing = hear(kept.probing, report.plans, this.#now());
    return ok(snapshotOfState(kept.state));
  };

  receipt: Keepers["receipt"] = async (site, revision) => {
    if (this.isDown) return err(DOWN);
    const { places, state } = this.#of(site);
    return receiptOf(places, state, revision, this.#now());
  };

  inspect: Keepers["inspect"] = async (site) => (this.isDown ? err(DOWN) : ok(this.#of(site).state));

  tally: Keepers["tally"] = async (site, lastMs) =>
    this.isDown
      ? err(DOWN)
      : ok(
          tallyOf(
            this.#of(site).ledger,
            lastMs,
            this.#now(),
            originsSeen(this.#of(site).state.origins, this.#of(site).probing),
          ),
        );

  /** A round of the probes that are due. They fail for these reasons, by `pool/origin`; the others pass. Returns what was asked. */
  probe(site: string, failing: Readonly<Record<string, string>>): readonly string[] {
    const kept = this.#of(site);
    const at = this.#now();
    const due = dueProbes(kept.probing, at);
    const results = due.map((probe) => {
      const because = failing[probe.name];
      return { probe, result: { at, ms: 5, ...(because !== undefined && { because }) } };
    });
    kept.probing = observeProbes(kept.probing, results, () => 0);
    kept.state = withOrigins(kept.state, tellProbed(kept.state.origins, kept.probing, at), at);
    return due.map(({ url }) => url);
  }

  /** As if its disk had been emptied. */
  lose(site: string): void {
    this.#sites.delete(site);
  }

  #of(site: string): Kept {
    const known = this.#sites.get(site);
    if (known) return known;
    const now = this.#now();
    const kept = {
      state: newKeeperState(now),
      places: noPlaces(now),
      ledger: newLedger(now),
      probing: NO_PROBING,
    };
    this.#sites.set(site, kept);
    return kept;
  }
}
