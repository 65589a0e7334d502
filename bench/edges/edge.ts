// A measured HTTP server: its processes, its address, and how to stop it.

export interface Edge {
  /** `http://127.0.0.1:PORT`, with nothing after it. */
  readonly url: string;
  /** The processes whose time and memory count as its own. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}
