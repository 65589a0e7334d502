// The keepers of an edge in this process: the reducers behind the port, with a clock of the test. They can be down, and can lose
// their state.

import { parseRange } from "../../shared/address-range.ts";
import { err, ok } from "../../shared/result.ts";
import {
  applyCommand,
  type KeeperState,
  newKeeperState,
  snapshotOfState,
  withLists,
  withOrigins,
} from "../../worker/keeping/keeper-state.ts";
import { enter, type Ledger, newLedger, tallyOf } from "../../worker/keeping/ledger.ts";
import {
  hearLists,
  type Listing,
  listsToldOf,
  NO_LISTING,
  observeList,
} from "../../worker/keeping/listing.ts";
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
import { packRanges } from "../../worker/routing/address-set.ts";

const DOWN: KeeperFailure = { reason: "keeper-unavailable", message: "the keeper is down" };

interface Kept {
  state: KeeperState;
  places: Places;
  ledger: Ledger;
  probing: Probing;
  listing: Listing;
  /** By digest. */
  lists: Map<string, Uint32Array>;
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
    if (report.lists) kept.listing = hearLists(kept.listing, report.lists, this.#now());
    return ok(snapshotOfState(kept.state));
  };

  list: Keepers["list"] = async (site, { key, digest }) => {
    this.asked.push(`list ${site} ${key}`);
    const words = this.#of(site).lists.get(digest);
    return this.isDown || !words ? err(DOWN) : ok(words);
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

  /** As if it had read each list that was told to it under this name, with these ranges. */
  readList(site: string, name: string, ranges: readonly string[]): void {
    const kept = this.#of(site);
    const words = packRanges(ranges.flatMap((text) => parseRange(text) ?? []));
    const digest = (kept.lists.size + 1).toString(16).padStart(32, "0");
    kept.lists.set(digest, words);
    const good = { digest, ranges: ranges.length };
    for (const [key, list] of Object.entries(kept.listing)) {
      if (list.name === name)
        kept.listing = observeList(kept.listing, key, { kind: "read", good, skipped: 0 }, this.#now());
    }
    kept.state = withLists(kept.state, listsToldOf(kept.listing, kept.state.lists), this.#now());
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
      listing: NO_LISTING,
      lists: new Map(),
    };
    this.#sites.set(site, kept);
    return kept;
  }
}
