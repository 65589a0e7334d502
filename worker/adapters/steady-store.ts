// A store whose failures harm nobody: what it fails at, or takes too long for, is a miss, and the operator is told.
import type { Log, Store } from "../ports.ts";
import { type After, endOf, realTime } from "./within.ts";

/** An origin answers faster than this: a store that does not is worth less than none. */
const ANSWERS_WITHIN_MS = 2_000;

const WAITED_FOR_AT_MOST_MS = 30_000;

export function steadyStore(store: Store, log: Pick<Log, "warn">, after: After = realTime): Store {
  const missed = (doing: string, why: unknown): undefined => {
    log.warn("the store failed; taken for a miss", { store: store.name, doing, why: String(why) });
  };
  const inTime = <T>(doing: string, work: Promise<T | undefined>): Promise<T | undefined> => {
    const endings = {
      arrived: (value: T | undefined) => value,
      failed: (error: unknown) => missed(doing, error),
      late: () => missed(doing, `no answer within ${ANSWERS_WITHIN_MS} ms`),
    };
    return endOf(work, ANSWERS_WITHIN_MS, endings, after);
  };
  return {
    name: store.name,
    get: (key) => {
      const found = store.get(key);
      return found instanceof Promise ? inTime("get", found) : found;
    },
    // A long body takes its time, and goes on taking it: only nobody waits for it any longer.
    put: (key, entry, body) => {
      const work = store.put(key, entry, body).catch((error: unknown) => missed("put", error));
      const done = () => undefined;
      return endOf(work, WAITED_FOR_AT_MOST_MS, { arrived: done, failed: done, late: done }, after);
    },
    delete: (key) => inTime("delete", store.delete(key)),
  };
}
