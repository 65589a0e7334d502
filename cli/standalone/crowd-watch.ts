// Refuses new clients while a process has too many descriptors open.
import { CROWDED, FULL, isOver, limitOfEach, openIn, tooFew } from "./crowding.ts";
import type { ListeningSocket } from "./listening-socket.ts";

const LOOK_EVERY_MS = 25;

export interface Crowds {
  /** The processes that serve. */
  readonly pids: () => readonly number[];
  readonly clients: readonly ListeningSocket[];
  /** Where nobody is refused until a process is full. */
  readonly operators: readonly ListeningSocket[];
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

/** What it returns ends the watch. */
export function watchCrowds({ pids, clients, operators, tell }: Crowds): () => void {
  const limit = limitOfEach();
  if (limit === undefined) return () => {};
  const warning = tooFew();
  if (warning !== undefined) tell(warning);
  const gates = [
    new Gate(CROWDED, "new clients", clients),
    ...(operators.length > 0 ? [new Gate(FULL, "clients of the admin API", operators)] : []),
  ];
  const look = () => {
    // This process sends the files, and is full first if there are many others.
    const all = [...pids(), process.pid].map((pid) => ({ pid, open: openIn(pid) ?? 0, limit }));
    const fullest = all.reduce((most, each) => (each.open > most.open ? each : most));
    for (const gate of gates) gate.look(fullest, tell);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

interface Fullest {
  readonly pid: number;
  readonly open: number;
  readonly limit: number;
}

class Gate {
  readonly #share: number;
  /** Who is refused, for messages. */
  readonly #whom: string;
  readonly #sockets: readonly ListeningSocket[];
  #isRefusing = false;

  constructor(share: number, whom: string, sockets: readonly ListeningSocket[]) {
    this.#share = share;
    this.#whom = whom;
    this.#sockets = sockets;
  }

  look(fullest: Fullest, tell: Crowds["tell"]): void {
    const isOverNow = isOver(this.#share, fullest, this.#isRefusing);
    if (isOverNow === this.#isRefusing) return;
    if (!isOverNow) {
      this.#isRefusing = false;
      for (const socket of this.#sockets) socket.letIn();
      tell(`${this.#whom} are accepted again`);
    } else if (this.#sockets.map((socket) => socket.refuse()).some(Boolean)) {
      this.#isRefusing = true;
      const { pid, open, limit } = fullest;
      tell(
        `process ${pid} has ${open} descriptors open and ends at ${limit}: ${this.#whom} are refused until it has fewer`,
      );
    }
  }
}
