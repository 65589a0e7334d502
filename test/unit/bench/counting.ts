// What does a piece of work cost, in numbers that are the same on every machine?

export interface HeaderWork {
  /** Copies: the runtime crosses from JavaScript into itself for each field. */
  made: number;
  read: number;
  written: number;
}

const READS = ["get", "has", "getSetCookie"] as const;
const WRITES = ["set", "append", "delete"] as const;

/** Counts all that is done with Headers while the work is done, by anybody. */
export async function headerWorkOf(work: () => unknown): Promise<HeaderWork> {
  const counted: HeaderWork = { made: 0, read: 0, written: 0 };
  const { Headers: Real } = globalThis;
  const { prototype } = Real;
  const originals = Object.getOwnPropertyDescriptors(prototype);
  const count = (name: (typeof READS)[number] | (typeof WRITES)[number], as: "read" | "written") => {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(prototype, name, {
      ...originals[name],
      value(this: Headers, ...args: unknown[]) {
        counted[as]++;
        return original.apply(this, args);
      },
    });
  };
  for (const name of READS) count(name, "read");
  for (const name of WRITES) count(name, "written");
  globalThis.Headers = new Proxy(Real, {
    construct: (target, args: ConstructorParameters<typeof Headers>) => {
      counted.made++;
      return new target(...args);
    },
  });
  try {
    await work();
  } finally {
    globalThis.Headers = Real;
    for (const name of [...READS, ...WRITES]) {
      const original = originals[name];
      if (original) Object.defineProperty(prototype, name, original);
    }
  }
  return counted;
}

const BATCHES = 40;

/**
 * How many times as long `work` takes as `other`: the fastest of many short batches of each, in turn. Whatever else
 * the machine does makes a batch slower and none faster, so the fastest are what the code itself costs.
 */
export function timesAsLong(work: () => unknown, other: () => unknown, calls = 400): number {
  const fastest = { work: Number.POSITIVE_INFINITY, other: Number.POSITIVE_INFINITY };
  for (let batch = 0; batch < BATCHES; batch++) {
    fastest.work = Math.min(fastest.work, batchMs(work, calls));
    fastest.other = Math.min(fastest.other, batchMs(other, calls));
  }
  return fastest.work / fastest.other;
}

function batchMs(work: () => unknown, calls: number): number {
  const started = performance.now();
  for (let call = 0; call < calls; call++) work();
  return performance.now() - started;
}
