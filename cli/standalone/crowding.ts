// Is a process about to run out of descriptors? workerd ends when it has none left for the next connection, and everything that it serves
// ends with it: a crowd of clients would be enough. Before that, new clients are refused until some of the others have gone.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { once } from "../../shared/remember.ts";

export interface Descriptors {
  readonly open: number;
  readonly limit: number;
}

/**
 * The share of the descriptors from which on new clients are refused. A client takes two, and two or three more when it asks for something,
 * for a connection to an origin or a file. All that are there by then may ask at once, and up to 511 more wait in the queue of each socket.
 */
export const CROWDED = 1 / 3;
/** From here on not even the operator may connect, since that would end the process. */
export const FULL = 0.9;
/** Of the share. */
const CALM_BELOW = 0.9;
/** With less, a burst of clients can take all of them between two looks. */
const ENOUGH = 8_192;

/** `wasSo`: one does not follow the other at each client that comes or goes. */
export function isOver(share: number, { open, limit }: Descriptors, wasSo: boolean): boolean {
  const from = Math.floor(limit * share);
  return open >= (wasSo ? Math.floor(from * CALM_BELOW) : from);
}

/** Whether one more connection could end the process. */
export function isFull(pid: number): boolean {
  const [open, limit] = [openIn(pid), limitOfEach()];
  return open !== undefined && limit !== undefined && isOver(FULL, { open, limit }, false);
}

/** Undefined where the system does not tell, and for a process that has ended. */
export function openIn(pid: number): number | undefined {
  try {
    const folder = `/proc/${pid}/fd`;
    return statSync(folder).size || readdirSync(folder).length; // before Linux 6.2 the size is 0
  } catch {
    return undefined;
  }
}

/** How many a process may open: all that we start inherit it from this one. Undefined where the system does not tell, or sets no limit. */
export const limitOfEach = once((): number | undefined => {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
});

/** The sentence for the operator; undefined if a process has enough, or that is not known. */
export function tooFew(): string | undefined {
  const limit = limitOfEach();
  if (limit === undefined || limit >= ENOUGH) return undefined;
  return `a process may open ${limit} descriptors only, and ends when many clients come at once: allow ${ENOUGH} or more (ulimit -n, LimitNOFILE=)`;
}
