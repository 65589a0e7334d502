// The part of a V8 CPU profile that is used here (Chrome DevTools Protocol, Profiler.Profile).

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The id of the node that ran at each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the previous sample. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  /** Empty if the function has no name. `(program)`, `(idle)` and `(garbage collector)` are not functions. */
  readonly functionName: string;
  /** Starts at 0. */
  readonly lineNumber: number;
  readonly url: string;
}
