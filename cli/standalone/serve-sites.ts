// Serves a folder of sites with workerd processes of our own: the sockets, the processes on them, and their configuration, which
// is made anew at each reload.
import os from "node:os";
import { err, ok, type Result } from "../../shared/result.ts";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS, edgeBundle, stateBundle } from "./bundle.ts";
import { compileConfig, compileText } from "./compile-config.ts";
import { Fleet, type Member } from "./fleet.ts";
import { addressOf, type Listener, socketsOf } from "./listeners.ts";
import { type ListeningSocket, listenOn, whyNotBound } from "./listening-socket.ts";
import type { RunFolder } from "./run-folder.ts";
import { STATE_SOCKET, stateConfig } from "./state-config.ts";
import { StateProcess, type StateStart } from "./state-process.ts";
import type { Socket } from "./workerd-config.ts";
import type { OnOutput, OnRecords } from "./workerd-output.ts";

export interface Serving {
  readonly listeners: readonly Listener[];
  /** Holds the sites. */
  readonly folder: RunFolder;
  /** Where the state of the sites' keepers outlives this run; undefined if it need not. */
  readonly objectsFolder: string | undefined;
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
/** So is a command to a keeper, which is on the same machine. */
const SNAPSHOT_REFRESH_MS = "500";

/** The error is a sentence. */
export async function serveSites(serving: Serving): Promise<Result<RunningService, string>> {
  const bound = await bindAll(serving.listeners);
  if (!bound.ok) return bound;
  const { listeners, sockets } = bound.value;
  const started = await startAll(listeners, sockets, serving);
  if (!started.ok) {
    for (const socket of sockets.values()) socket.close();
    return started;
  }
  const { fleet, state } = started.value;
  return ok({
    listeners,
    members: () => fleet.members,
    reload: async () => {
      const config = await configFor(listeners, serving);
      const stateStart = await stateStartFor(serving);
      if (!config.ok) return config;
      if (!stateStart.ok) return stateStart;
      const replaced = await attempt(state.replace(stateStart.value));
      return replaced.ok ? attempt(fleet.swap(config.value)) : replaced;
    },
    stop: async (graceMs) => {
      await fleet.stop(graceMs);
      await state.stop();
    },
  });
}

/** Both or none. */
async function startAll(
  listeners: readonly Listener[],
  sockets: ReadonlyMap<string, ListeningSocket>,
  serving: Serving,
): Promise<Result<{ readonly fleet: Fleet; readonly state: StateProcess }, string>> {
  const { folder, processes, onOutput, onRecords, tell } = serving;
  const config = await configFor(listeners, serving);
  if (!config.ok) return config;
  const stateStart = await stateStartFor(serving);
  if (!stateStart.ok) return stateStart;
  const state = await attempt(StateProcess.start({ onOutput, tell }, stateStart.value));
  if (!state.ok) return state;
  // A socket of its own for each process shows whether that process still answers.
  const aliveAddress = (number: number) => folder.aliveAddress(number);
  const options = { processes, sockets, aliveAddress, onOutput, onRecords, tell };
  const fleet = await attempt(Fleet.start(options, config.value));
  if (fleet.ok) return ok({ fleet: fleet.value, state: state.value });
  await state.value.stop();
  return fleet;
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
    HEADGATE_SNAPSHOT_REFRESH_MS: SNAPSHOT_REFRESH_MS,
    HEADGATE_PLACE: os.hostname(),
    ...(cacheMemory !== undefined && { HEADGATE_CACHE_MEMORY: cacheMemory }),
    ...(logFormat !== undefined && { HEADGATE_LOG_FORMAT: logFormat }),
  };
  return attempt(
    edgeBundle().then((worker) =>
      compileConfig(
        {
          worker,
          sitesFolder: folder.sites,
          stateAddress: `unix:${folder.stateSocket}`,
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

/** Compiled anew each time: the run folder may have moved, and the package may have been upgraded. */
function stateStartFor({ folder, objectsFolder }: Serving): Promise<Result<StateStart, string>> {
  const config = stateConfig({
    folder: objectsFolder ?? folder.objects,
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
  });
  const compiled = stateBundle().then((worker) => compileText(config, { "worker.js": worker }, folder.path));
  const start = compiled.then((bytes) => ({
    config: { bytes, sockets: [STATE_SOCKET] },
    socket: folder.stateSocket,
  }));
  return attempt(start);
}

async function attempt<T>(work: Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await work);
  } catch (error) {
    return err((error as Error).message);
  }
}
