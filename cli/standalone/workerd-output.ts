// What a workerd says: the lines that it prints, and on a pipe of its own where it listens.
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { WholeLines } from "../log/whole-lines.ts";

export type OnOutput = (line: string, stream: "stdout" | "stderr") => void;

/** Standard output in place of its lines: whole lines at a time, each with its end. */
export type OnRecords = (lines: Uint8Array) => void;

/** Collects the lines until the process listens, and passes on all of them then. */
export class Output {
  readonly #early: [line: string, stream: "stdout" | "stderr"][] = [];
  readonly #onOutput: OnOutput;
  #isEarly = true;

  /** Reads all the time: a pipe that is not read stops the process. */
  constructor(child: ChildProcess, onOutput: OnOutput, onRecords: OnRecords | undefined) {
    this.#onOutput = onOutput;
    const take = (line: string, stream: "stdout" | "stderr") => {
      if (this.#isEarly) this.#early.push([line, stream]);
      else onOutput(line, stream);
    };
    for (const stream of ["stdout", "stderr"] as const) {
      if (stream === "stdout" && onRecords) {
        // Nothing is logged before it listens.
        const lines = new WholeLines(onRecords);
        child.stdout?.on("data", (piece: Buffer) => lines.take(piece)).on("end", () => lines.end());
      } else createInterface({ input: child[stream] as Readable }).on("line", (line) => take(line, stream));
    }
  }

  get early(): string[] {
    return this.#early.map(([line]) => line);
  }

  passOn(): void {
    this.#isEarly = false;
    for (const [line, stream] of this.#early) this.#onOutput(line, stream);
  }
}

/** Settles when that many sockets have reported that they listen. */
export function portsOf(child: ChildProcess, count: number): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  return new Promise((resolve) => {
    createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
      const message = JSON.parse(line) as { event: string; socket?: string; port?: number };
      if (message.event !== "listen" || message.socket === undefined) return;
      ports.set(message.socket, message.port ?? 0);
      if (ports.size === count) resolve(ports);
    });
  });
}
