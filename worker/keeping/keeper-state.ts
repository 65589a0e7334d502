// What a site's keeper has to remember, and what a command makes of it. Plain JSON: the Durable Object stores it as it is.
import { err, ok, type Result } from "../../shared/result.ts";
import { applyDrain, type DrainCommand, type DrainObjection } from "./drain-command.ts";
import { type ListsTold, NO_LISTS_TOLD, readListsTold } from "./lists-told.ts";
import { originsTold, readOrigins, type StoredOrigins } from "./origins-told.ts";
import { applyPurge, type PurgeCommand, type PurgeObjection } from "./purge-command.ts";
import { type PurgeMarks, purgedBefore, readPurges } from "./purge-marks.ts";
import { isRevision, type Snapshot } from "./snapshot.ts";
import {
  applySwitch,
  NO_SWITCHES,
  readSwitches,
  type SwitchCommand,
  type Switches,
  type SwitchObjection,
} from "./switch-command.ts";

export interface KeeperState {
  readonly revision: number;
  /** When the revision was made. */
  readonly changedAt: number;
  readonly purges: PurgeMarks;
  readonly switches: Switches;
  /** The origins that are not plainly good. */
  readonly origins: StoredOrigins;
  /** The address lists that it has read. */
  readonly lists: ListsTold;
}

export type Command = PurgeCommand | SwitchCommand | DrainCommand;

export type CommandObjection =
  | PurgeObjection
  | SwitchObjection
  | DrainObjection
  | { readonly reason: "unknown-command" };

export interface Applied {
  readonly state: KeeperState;
}

/**
 * The revision begins at the current time. If a keeper has lost everything and is made anew, isolates and stored responses of
 * before therefore know of no revision as high as its first.
 */
export const newKeeperState = (now: number): KeeperState => ({
  revision: now,
  changedAt: now,
  purges: purgedBefore(now),
  switches: NO_SWITCHES,
  origins: {},
  lists: NO_LISTS_TOLD,
});

/** The revision grows by one if the command changes anything that isolates must know. */
export function applyCommand(
  state: KeeperState,
  command: Command,
  now: number,
): Result<Applied, CommandObjection> {
  switch (command.kind) {
    case "purge": {
      const purges = applyPurge(state.purges, command, { revision: state.revision + 1, now });
      return purges.ok ? ok(next(state, { purges: purges.value }, now)) : purges;
    }
    case "switch": {
      const switches = applySwitch(state.switches, command);
      return switches.ok ? ok(next(state, { switches: switches.value }, now)) : switches;
    }
    case "drain": {
      const origins = applyDrain(state.origins, command);
      return origins.ok ? ok(next(state, { origins: origins.value }, now)) : origins;
    }
    default:
      return err({ reason: "unknown-command" });
  }
}

/** What its probes have found becomes a revision as well, if it is news. */
export const withOrigins = (state: KeeperState, origins: StoredOrigins, now: number): KeeperState =>
  next(state, { origins }, now).state;

/** So does an address list that was read anew. */
export const withLists = (state: KeeperState, lists: ListsTold, now: number): KeeperState =>
  next(state, { lists }, now).state;

type Parts = Omit<KeeperState, "revision" | "changedAt">;

/** A part that a command leaves alone is the same object as before. */
function next(state: KeeperState, parts: Partial<Parts>, now: number): Applied {
  const names = Object.keys(parts) as (keyof Parts)[];
  if (names.every((name) => parts[name] === state[name])) return { state };
  return { state: { ...state, ...parts, revision: state.revision + 1, changedAt: now } };
}

/** What isolates are told of it. */
export const snapshotOfState = ({ revision, purges, switches, origins, lists }: KeeperState): Snapshot => ({
  revision,
  purges,
  switches,
  origins: originsTold(origins),
  lists,
});

/** As it was stored. A part that is absent is empty: an older version of the code has stored it. Undefined if it is damaged. */
export function readKeeperState(value: unknown): KeeperState | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { revision, changedAt, ...given } = value as Record<string, unknown>;
  if (!isRevision(revision) || typeof changedAt !== "number") return undefined;
  const purges = readPurges(given.purges);
  const switches = readSwitches(given.switches);
  const origins = readOrigins(given.origins);
  const lists = readListsTold(given.lists);
  return purges && switches && { revision, changedAt, purges, switches, origins, lists };
}
