// Is a process about to run out of descriptors? workerd ends when it has none left for the next connection, and everything that it serves
// ends with it: a crowd of idle clients would be enough. Before that, new clients are refused until some of the others have gone.
import { readdirSync, readFileSync, statSync } from "node:fs";

export interface Descriptors {
  readonly open: number;
  readonly limit: number;
}

/** What the queues of the sockets hold is accepted all the same: 511 clients each, with two descriptors for each of them. */
const KEPT_FREE = 4_096;
const CALM_BELOW = 0.9;
/** With less, a burst of clients can take all of them between two looks. */
const ENOUGH = 8_192;

/** `wasCrowded`: one does not follow the other at each client that comes or goes. */
export function isCrowded({ open, limit }: Descriptors, wasCrowded: boolean): boolean {
  const from = limit - Math.max(limit / 4, Math.min(KEPT_FREE, limit / 2));
  return open >= (wasCrowded ? from * CALM_BELOW : from);
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

const LOOK_EVERY_MS = 25;

export interface Crowd {
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
  #isCrowded = false;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { pids, refuse, letIn, tell } = this.#crowd;
    const fullest = this.#fullestOf(pids());
    const isCrowdedNow = fullest !== undefined && isCrowded(fullest, this.#isCrowded);
    if (isCrowdedNow === this.#isCrowded) return;
    if (!isCrowdedNow) {
      this.#isCrowded = false;
      letIn();
      tell("new clients are accepted again");
    } else if (refuse()) {
      this.#isCrowded = true;
      const { pid, open, limit } = fullest;
      tell(
        `process ${pid} has ${open} descriptors open and ends at ${limit}: new clients are refused until it has fewer`,
      );
    }
  }

  #learnLimit(pid: number): void {
    this.#limit = limitOf(pid);
    if (this.#limit === undefined || this.#limit >= ENOUGH) return;
    this.#crowd.tell(
      `a process may open ${this.#limit} descriptors only, and ends when many clients come at once: allow ${ENOUGH} or more (ulimit -n, LimitNOFILE=)`,
    );
  }

  #fullestOf(pids: readonly number[]): (Descriptors & { readonly pid: number }) | undefined {
    const [first] = pids;
    if (this.#limit === undefined && first !== undefined) this.#learnLimit(first);
    const limit = this.#limit;
    if (limit === undefined) return undefined;
    const all = pids.map((pid) => ({ pid, open: openIn(pid) ?? 0, limit }));
    return all.reduce(
      (fullest, each) => (each.open > fullest.open ? each : fullest),
      all[0] ?? { pid: 0, open: 0, limit },
    );
  }
}
