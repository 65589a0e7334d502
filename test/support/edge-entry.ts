// The Worker as tests run it on a real workerd. It is the same app, with a clock that can be moved, sites that can be changed
// and a log that can be read, all through the reserved host `control.test`.
import { secretSource } from "../../shared/secrets/secret-source.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { type Env, type IsolatePorts, portsOf } from "../../worker/adapters/env.ts";
import { steadyStore } from "../../worker/adapters/guarded-store.ts";
import { isolateLoad } from "../../worker/adapters/isolate-load.ts";
import { limitersOf } from "../../worker/adapters/limiters-of.ts";
import { sealing } from "../../worker/adapters/sealing.ts";
import { secretsFrom } from "../../worker/adapters/secrets.ts";
import { embeddedSites } from "../../worker/adapters/site-texts.ts";
import { EdgeApp } from "../../worker/app.ts";
import { Counters } from "../../worker/keeping/counters.ts";
import type { OriginRequest, Store } from "../../worker/ports.ts";
import { KeepersInProcess } from "./keepers-in-process.ts";

const sites = new Map<string, string>();
const records: unknown[] = [];
const warnings: unknown[] = [];
let clockOffsetMs = 0;
let stoppedAtMs: number | undefined;
let country: string | undefined;
let randoms: number[] = [];
let pendingWork = 0;
let inFlight = 0;
let sitesAreDown = false;
let storeTrouble: "fails" | "hangs" | null = null;
let instead: Readonly<Record<string, string>> = {};
let longestWaitMs = Number.POSITIVE_INFINITY;

/** The real store, which fails or hangs if a test asks for it. */
function troubled(store: Store): Store {
  const passing = async () => {
    if (storeTrouble === "fails") throw new Error("the store is down");
    if (storeTrouble === "hangs") await new Promise(() => {});
  };
  return {
    name: store.name,
    isShared: store.isShared,
    get: (key) => (storeTrouble === null ? store.get(key) : passing().then(() => store.get(key))),
    takes: (key, entry) => store.takes(key, entry),
    put: (key, entry, body) => passing().then(() => store.put(key, entry, body)),
    renew: (key, found, entry) => passing().then(() => store.renew(key, found, entry)),
    delete: (key) => passing().then(() => store.delete(key)),
  };
}

/** The time that an origin has by default to take an upload is a minute of the platform's clock. */
const withinTheLongestWait = ({ takesWithinMs, ...request }: OriginRequest): OriginRequest => ({
  ...request,
  takesWithinMs: takesWithinMs && Math.min(takesWithinMs, longestWaitMs),
});

const keepers = new KeepersInProcess(() => (stoppedAtMs ?? Date.now()) + clockOffsetMs);

/** `TEST_KEEPERS`: each site has a keeper, in this isolate. */
const app = new EdgeApp((env: Env & { readonly TEST_KEEPERS?: string }): IsolatePorts => {
  const real = portsOf(env);
  const log: IsolatePorts["log"] = {
    request: (record) => void records.push(record),
    warn: (message, evidence) => void warnings.push({ message, ...evidence }),
  };
  const now = () => (stoppedAtMs ?? real.now()) + clockOffsetMs;
  const wait = (ms: number) => real.wait(Math.min(ms, longestWaitMs));
  const after: IsolatePorts["after"] = (ms, act) => real.after(Math.min(ms, longestWaitMs), act);
  return {
    ...real,
    wait,
    after,
    origins: { fetch: (request) => real.origins.fetch(withinTheLongestWait(request)) },
    store: steadyStore(troubled(real.store), log, after),
    now,
    load: isolateLoad({ now }),
    limiters: limitersOf(env, now, log.warn),
    peerOf: (request) => ({ ip: real.peerOf(request).ip, country }),
    random: () => randoms.shift() ?? real.random(),
    sites: {
      read: async (pattern) => {
        if (sitesAreDown) throw new Error("the store is down");
        return sites.get(pattern);
      },
      readVersion: async ({ site, version }) => {
        if (sitesAreDown) throw new Error("the store is down");
        return sites.get(versionKey(site, version));
      },
      patterns: async (page) => {
        if (sitesAreDown) throw new Error("the store is down");
        return (await embeddedSites(Object.fromEntries(sites)).patterns?.(page)) ?? [];
      },
    },
    log,
    sealing: sealing(env.HEADGATE_SECRET, log),
    proving: {
      ...real.proving,
      ask: (question) => {
        const [from, to] = Object.entries(instead).find(([url]) => question.url.startsWith(url)) ?? ["", ""];
        return real.proving.ask({ ...question, url: to + question.url.slice(from.length) });
      },
    },
    secrets: secretsFrom(secretSource({ ...env }), log),
    ...(env.TEST_KEEPERS && { keepers, metrics: new Counters() }),
  };
});

interface Control {
  /** Servers that decide who gets in, and where they are for the test. */
  instead?: Readonly<Record<string, string>>;
  sites?: Record<string, string | null>;
  sitesAreDown?: boolean;
  advanceMs?: number;
  /** Stops the clock at this time. From then on only `advanceMs` moves it. */
  clockAtMs?: number;
  randoms?: number[];
  /** From now on every client is in this country. */
  country?: string;
  storeTrouble?: "fails" | "hangs" | null;
  /** Upper limit for every timed wait, and for what origins have to take an upload; null for no limit. */
  longestWaitMs?: number | null;
  keepersAreDown?: boolean;
  /** Leaves the log out of the answer, which is long after many requests. */
  withoutLog?: boolean;
  /** A round of the probes of a site: why which of them fail, by `pool/origin`. */
  probe?: { readonly site: string; readonly failing: Readonly<Record<string, string>> };
  /** The keeper of a site has read a list that it was told of. */
  readList?: { readonly site: string; readonly name: string; readonly ranges: readonly string[] };
}

async function control(request: Request): Promise<Response> {
  const order = (await request.json()) as Control;
  for (const [pattern, text] of Object.entries(order.sites ?? {})) {
    if (text === null) sites.delete(pattern);
    else sites.set(pattern, text);
  }
  if (order.sitesAreDown !== undefined) sitesAreDown = order.sitesAreDown;
  if (order.keepersAreDown !== undefined) keepers.isDown = order.keepersAreDown;
  if (order.instead) instead = order.instead;
  if (order.country !== undefined) country = order.country;
  if (order.randoms) randoms = order.randoms;
  if (order.storeTrouble !== undefined) storeTrouble = order.storeTrouble;
  if (order.longestWaitMs !== undefined) longestWaitMs = order.longestWaitMs ?? Number.POSITIVE_INFINITY;
  if (order.clockAtMs !== undefined) {
    stoppedAtMs = order.clockAtMs;
    clockOffsetMs = 0;
  }
  clockOffsetMs += order.advanceMs ?? 0;
  if (order.readList) {
    const { site, name, ranges } = order.readList;
    keepers.readList(site, name, ranges);
  }
  const probed = order.probe ? keepers.probe(order.probe.site, order.probe.failing) : [];
  if (order.withoutLog) return Response.json({ records: [], warnings: [], pendingWork, inFlight });
  return Response.json({ records, warnings, pendingWork, inFlight, asked: keepers.asked, probed });
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
    inFlight++;
    return Promise.resolve(app.fetch(request, env, counted)).finally(() => inFlight--);
  },
};
