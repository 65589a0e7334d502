// What V8's sampling profiler hands over, as far as it is used here (Chrome DevTools Protocol, Profiler.Profile).

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node that ran at each sample, by id. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  /** Empty where it has none; `(program)`, `(idle)`, `(garbage collector)` for what is no function. */
  readonly functionName: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly url: string;
}
