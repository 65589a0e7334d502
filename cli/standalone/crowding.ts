// Is a process about to run out of descriptors? workerd ends when it has none left for the next connection, and everything that it serves
// ends with it: a crowd of clients would be enough. Before that, new clients are refused until some of the others have gone.
import { readdirSync, readFileSync, statSync } from "node:fs";

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
  const [open, limit] = [openIn(pid), limitOf(pid)];
  return open !== undefined && limit !== undefined && isOver(FULL, { open, limit }, false);
}

/** Undefined where the system does not tell, and for a process that has ended. */
function openIn(pid: number): number | undefined {
  try {
    const folder = `/proc/${pid}/fd`;
    return statSync(folder).size || readdirSync(folder).length; // before Linux 6.2 the size is 0
  } catch {
    return undefined;
  }
}

/** Undefined likewise, and where there is no limit. */
function limitOf(pid: number): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** The sentence for the operator; undefined if it has enough, or that is not known. */
export function tooFewFor(pid: number): string | undefined {
  const limit = limitOf(pid);
  if (limit === undefined || limit >= ENOUGH) return undefined;
  return `a process may open ${limit} descriptors only, and ends when many clients come at once: allow ${ENOUGH} or more (ulimit -n, LimitNOFILE=)`;
}

const LOOK_EVERY_MS = 25;

export interface Crowd {
  readonly share: number;
  /** Who is refused, for messages. */
  readonly whom: string;
  readonly pids: () => readonly number[];
  /** False if clients cannot be refused. */
  readonly refuse: () => boolean;
  readonly letIn: () => void;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

export class CrowdWatch {
  readonly #crowd: Crowd;
  readonly #timer: NodeJS.Timeout;
  /** They all inherit the same. */
  #limit: number | undefined;
  #isRefusing = false;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { share, whom, pids, refuse, letIn, tell } = this.#crowd;
    const fullest = this.#fullestOf(pids());
    const isOverNow = fullest !== undefined && isOver(share, fullest, this.#isRefusing);
    if (isOverNow === this.#isRefusing) return;
    if (!isOverNow) {
      this.#isRefusing = false;
      letIn();
      tell(`${whom} are accepted again`);
    } else if (refuse()) {
      this.#isRefusing = true;
      const { pid, open, limit } = fullest;
      tell(
        `process ${pid} has ${open} descriptors open and ends at ${limit}: ${whom} are refused until it has fewer`,
      );
    }
  }

  #fullestOf(pids: readonly number[]): (Descriptors & { readonly pid: number }) | undefined {
    const [first] = pids;
    if (first !== undefined) this.#limit ??= limitOf(first);
    const limit = this.#limit;
    if (limit === undefined) return undefined;
    const all = pids.map((pid) => ({ pid, open: openIn(pid) ?? 0, limit }));
    return all.reduce(
      (fullest, each) => (each.open > fullest.open ? each : fullest),
      all[0] ?? { pid: 0, open: 0, limit },
    );
  }
}
