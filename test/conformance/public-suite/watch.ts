// Does the run still get on? A test that never ends keeps all that come after it waiting: it is named, in place of a run
// without an end.

/** A request may take the suite's client 10 seconds, and a test waits for 3 between its requests. */
const STUCK_AFTER_MS = 60_000;
/** As many as run at once. */
const MAX_NAMED = 25;

export interface Watch {
  /** Rejects when nothing has ended for too long, with the names of what has not. */
  readonly stuck: Promise<never>;
  end(): void;
}

export function watchOver(
  ids: readonly string[],
  /** Filled as tests end. */
  results: Readonly<Record<string, unknown>>,
  onProgress?: (done: number, all: number) => void,
): Watch {
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  let seen = 0;
  let since = Date.now();
  const timer = setInterval(() => {
    const done = Object.keys(results).length;
    onProgress?.(done, ids.length);
    if (done > seen) [seen, since] = [done, Date.now()];
    if (Date.now() - since < STUCK_AFTER_MS) return;
    const open = ids.filter((id) => !(id in results));
    const named = open.slice(0, MAX_NAMED).join(", ");
    reject(
      new Error(
        `no test ended for a minute; ${open.length} have not: ${named}${open.length > MAX_NAMED ? ", …" : ""}`,
      ),
    );
  }, 500);
  return { stuck, end: () => clearInterval(timer) };
}
