// A client that sends at a fixed rate, whether or not earlier requests have been answered, over connections that it keeps. It
// repeats nothing.
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { outcomeOf } from "./one-request.ts";
import type { Outcome } from "./outcome.ts";
import { requestAt } from "./requests.ts";

/** More than the rate and the patience need. */
const MOST_CONNECTIONS = 2_048;
const PATIENCE_MS = 10_000;
/** Shorter than any server keeps an idle connection, so that none is closed while a request is sent on it. */
const KEEP_IDLE_MS = 2_000;

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** Sends no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function startLoad(
  url: string,
  { perSecond, withCached }: { readonly perSecond: number; readonly withCached: boolean },
): Load {
  const pool = new Pool(url, {
    connections: MOST_CONNECTIONS,
    keepAliveTimeout: KEEP_IDLE_MS,
    keepAliveMaxTimeout: KEEP_IDLE_MS,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  });
  const outcomes: Outcome[] = [];
  const underWay = new Set<Promise<unknown>>();
  const begun = performance.now();
  let sent = 0;
  let isOver = false;

  const sendDue = () => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < due; sent++) {
      const one = outcomeOf(pool, requestAt(sent, { withCached })).then((outcome) => outcomes.push(outcome));
      underWay.add(one);
      void one.finally(() => underWay.delete(one));
    }
  };
  const sending = (async () => {
    while (!isOver) {
      sendDue();
      await pause(1_000 / perSecond / 2);
    }
  })();

  return {
    outcomes,
    stop: async () => {
      isOver = true;
      await sending;
      await Promise.all(underWay);
      await pool.close();
    },
  };
}
