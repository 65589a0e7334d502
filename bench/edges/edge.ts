// Something that answers HTTP and is measured: a process, where it listens, and how it ends.

export interface Edge {
  /** `http://127.0.0.1:PORT`, nothing after it. */
  readonly url: string;
  /** The processes whose time and memory are its own. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}
