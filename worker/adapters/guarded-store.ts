// What stands before a store that others share? Names of the edge's own, and what keeps its failures from doing harm.
import type { After, Log, Store } from "../ports.ts";
import { endOf, realTime } from "./within.ts";

/** Neither a name nor a host contains one. */
export const NAME_ENDS = "~";

/**
 * A part of a shared store that belongs to one embedded edge: every key is kept under the edge's own name. Two edges in one
 * app, or an app beside a Headgate Worker, then never see each other's entries, whatever their sites are called.
 */
export function apartStore(store: Store, name: string): Store {
  const ours = (key: string) => `${name}${NAME_ENDS}${key}`;
  return {
    name: store.name,
    isShared: store.isShared,
    takes: (key, entry) => store.takes(ours(key), entry),
    get: (key) => store.get(ours(key)),
    put: (key, entry, body) => store.put(ours(key), entry, body),
    renew: (key, found, entry) => store.renew(ours(key), found, entry),
    delete: (key) => store.delete(ours(key)),
  };
}

/** An origin answers faster than this, so a slower store is worse than none. */
const ANSWERS_WITHIN_MS = 2_000;

const WAITED_FOR_AT_MOST_MS = 30_000;

/** Wraps a store so that its failures do no harm. A failure or a late answer is a miss, and the operator is warned. */
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
  /** A long body needs time. The write continues, but nobody waits for it any longer. */
  const inItsTime = <T>(doing: string, work: Promise<T>, otherwise: T): Promise<T> => {
    const failed = (error: unknown) => {
      missed(doing, error);
      return otherwise;
    };
    const late = () => otherwise;
    return endOf(work, WAITED_FOR_AT_MOST_MS, { arrived: (value: T) => value, failed, late }, after);
  };
  return {
    name: store.name,
    isShared: store.isShared,
    takes: (key, entry) => store.takes(key, entry),
    get: (key) => {
      const found = store.get(key);
      return found instanceof Promise ? inTime("get", found) : found;
    },
    put: (key, entry, body) => inItsTime("put", store.put(key, entry, body), undefined),
    renew: (key, found, entry) => inItsTime("renew", store.renew(key, found, entry), false),
    delete: (key) => inTime("delete", store.delete(key)),
  };
}
