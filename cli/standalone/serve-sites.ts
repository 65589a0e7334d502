// Serves a folder of sites with workerd processes of our own: the sockets, the processes on them, and their configuration, which
// is made anew at each reload.
import { err, ok, type Result } from "../../shared/result.ts";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS, edgeBundle } from "./bundle.ts";
import { compileConfig } from "./compile-config.ts";
import { Fleet, type Member } from "./fleet.ts";
import { addressOf, type Listener, socketsOf } from "./listeners.ts";
import { type ListeningSocket, listenOn, whyNotBound } from "./listening-socket.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Socket } from "./workerd-config.ts";
import type { OnOutput, OnRecords } from "./workerd-output.ts";

export interface Serving {
  readonly listeners: readonly Listener[];
  /** Holds the sites. */
  readonly folder: RunFolder;
  readonly processes: number;
  /** As in a site file: `64MiB`. */
  readonly cacheMemory: string | undefined;
  /** The form of every log record, whatever the sites ask for. */
  readonly logFormat: string | undefined;
  readonly onOutput: OnOutput;
  readonly onRecords: OnRecords;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

export interface RunningService {
  /** With the ports that were bound. */
  readonly listeners: readonly Listener[];
  readonly members: () => readonly Member[];
  /** Reads the certificates and the Worker again, and replaces the processes. The error is a sentence; the old ones stay. */
  reload(): Promise<Result<void, string>>;
  stop(graceMs: number): Promise<void>;
}

/** A saved site file is live within a second. Reading a small local file costs little. */
const SITE_AGE_MS = "300";

/** The error is a sentence. */
export async function serveSites(serving: Serving): Promise<Result<RunningService, string>> {
  const bound = await bindAll(serving.listeners);
  if (!bound.ok) return bound;
  const { listeners, sockets } = bound.value;
  const config = await configFor(listeners, serving);
  // A socket of its own for each process shows whether that process still answers.
  const aliveAddress = (number: number) => serving.folder.aliveAddress(number);
  const { processes, onOutput, onRecords, tell } = serving;
  const started = config.ok
    ? await attempt(
        Fleet.start({ processes, sockets, aliveAddress, onOutput, onRecords, tell }, config.value),
      )
    : config;
  if (!started.ok) {
    for (const socket of sockets.values()) socket.close();
    return started;
  }
  const fleet = started.value;
  return ok({
    listeners,
    members: () => fleet.members,
    reload: async () => {
      const fresh = await configFor(listeners, serving);
      return fresh.ok ? attempt(fleet.swap(fresh.value)) : fresh;
    },
    stop: (graceMs) => fleet.stop(graceMs),
  });
}

interface Bound {
  readonly listeners: Listener[];
  readonly sockets: Map<string, ListeningSocket>;
}

async function bindAll(wanted: readonly Listener[]): Promise<Result<Bound, string>> {
  const sockets = new Map<string, ListeningSocket>();
  const listeners: Listener[] = [];
  for (const listener of wanted) {
    try {
      const socket = await listenOn(listener.host, listener.port);
      sockets.set(listener.name, socket);
      listeners.push({ ...listener, port: socket.port });
    } catch (error) {
      for (const socket of sockets.values()) socket.close();
      return err(whyNotBound(error, addressOf(listener.host, listener.port), listener.option));
    }
  }
  return ok({ listeners, sockets });
}

async function configFor(listeners: readonly Listener[], serving: Serving) {
  const { folder, cacheMemory, logFormat, tell } = serving;
  const edges = await socketsOf(listeners);
  if (!edges.ok) return edges;
  for (const { tls } of edges.value) if (tls?.concern !== undefined) tell(tls.concern);
  const alive: Socket = { name: "alive", address: "unix:", service: { kind: "alive" } };
  const vars = {
    HEADGATE_RUNS_ON: "standalone",
    HEADGATE_SITE_REFRESH_MS: SITE_AGE_MS,
    HEADGATE_SITE_EXPIRE_MS: SITE_AGE_MS,
    ...(cacheMemory !== undefined && { HEADGATE_CACHE_MEMORY: cacheMemory }),
    ...(logFormat !== undefined && { HEADGATE_LOG_FORMAT: logFormat }),
  };
  return attempt(
    edgeBundle().then((worker) =>
      compileConfig(
        {
          worker,
          sitesFolder: folder.sites,
          sockets: [...edges.value, alive],
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: COMPATIBILITY_FLAGS,
          vars,
        },
        folder.path,
      ),
    ),
  );
}

async function attempt<T>(work: Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await work);
  } catch (error) {
    return err((error as Error).message);
  }
}
