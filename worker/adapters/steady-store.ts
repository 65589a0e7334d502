// A store whose failures harm nobody: what it fails at, or takes too long for, is a miss, and the operator is told.
import type { Log, Ports, Store } from "../ports.ts";

/** An origin answers faster than this: a store that does not is worth less than none. */
const ANSWERS_WITHIN_MS = 2_000;

const WAITED_FOR_AT_MOST_MS = 30_000;

export function steadyStore(store: Store, log: Pick<Log, "warn">, wait: Ports["wait"]): Store {
  const missed = (doing: string, why: unknown): undefined => {
    log.warn("the store failed; taken for a miss", { store: store.name, doing, why: String(why) });
  };
  async function inTime<T>(doing: string, work: Promise<T>): Promise<T | undefined> {
    let answered = false;
    const tooSlow = wait(ANSWERS_WITHIN_MS).then(() => {
      if (!answered) missed(doing, `no answer within ${ANSWERS_WITHIN_MS} ms`);
    });
    try {
      return await Promise.race([work, tooSlow.then(() => undefined)]);
    } catch (error) {
      return missed(doing, error);
    } finally {
      answered = true;
    }
  }
  return {
    name: store.name,
    get: (key) => inTime("get", store.get(key)),
    // A long body takes its time, and goes on taking it: only nobody waits for it any longer.
    put: (key, entry, body) =>
      Promise.race([
        store.put(key, entry, body).catch((error) => missed("put", error)),
        wait(WAITED_FOR_AT_MOST_MS),
      ]),
    delete: (key) => inTime("delete", store.delete(key)),
  };
}
