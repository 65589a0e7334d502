// The Worker as tests run it on a real workerd: the very app, with a clock that can be moved, sites that can be
// put and a log that can be read, all through the reserved host `control.test`.
import type { Env, IsolatePorts } from "../../worker/adapters/env.ts";
import { portsOf } from "../../worker/adapters/env.ts";
import { createApp } from "../../worker/app.ts";

const sites = new Map<string, string>();
const records: unknown[] = [];
const warnings: unknown[] = [];
let clockOffsetMs = 0;
let stoppedAtMs: number | undefined;
let randoms: number[] = [];
let pendingWork = 0;
let sitesAreDown = false;

const app = createApp((env: Env): IsolatePorts => {
  const real = portsOf(env);
  return {
    ...real,
    now: () => (stoppedAtMs ?? real.now()) + clockOffsetMs,
    random: () => randoms.shift() ?? real.random(),
    sites: {
      read: async (pattern) => {
        if (sitesAreDown) throw new Error("the store is down");
        return sites.get(pattern);
      },
    },
    log: {
      request: (record) => void records.push(record),
      warn: (message, evidence) => void warnings.push({ message, ...evidence }),
    },
  };
});

interface Control {
  sites?: Record<string, string | null>;
  sitesAreDown?: boolean;
  advanceMs?: number;
  /** From now on the clock stands at this time, and only `advanceMs` moves it. */
  clockAtMs?: number;
  randoms?: number[];
}

async function control(request: Request): Promise<Response> {
  const order = (await request.json()) as Control;
  for (const [pattern, text] of Object.entries(order.sites ?? {})) {
    if (text === null) sites.delete(pattern);
    else sites.set(pattern, text);
  }
  if (order.sitesAreDown !== undefined) sitesAreDown = order.sitesAreDown;
  if (order.randoms) randoms = order.randoms;
  if (order.clockAtMs !== undefined) {
    stoppedAtMs = order.clockAtMs;
    clockOffsetMs = 0;
  }
  clockOffsetMs += order.advanceMs ?? 0;
  return Response.json({ records, warnings, pendingWork });
}

export default {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response> {
    if (request.headers.get("host") === "control.test") return control(request);
    const counted = {
      ...context,
      passThroughOnException: () => {},
      waitUntil: (work: Promise<unknown>) => {
        pendingWork++;
        context.waitUntil(work.finally(() => pendingWork--));
      },
    } as ExecutionContext;
    return app.fetch(request, env, counted);
  },
};
