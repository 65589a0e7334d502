// Serves a folder of sites with workerd processes of our own: the sockets, the processes on them, and the one that holds their state.
import { err, ok, type Result } from "../../shared/result.ts";
import { watchCrowds } from "./crowd-watch.ts";
import { Fleet, type Member } from "./fleet.ts";
import { addressOf, type Listener } from "./listeners.ts";
import { type ListeningSocket, listenOn } from "./listening-socket.ts";
import type { Needed } from "./needed-endpoints.ts";
import { attempt, compileService, compileServing, type ServiceConfig } from "./service-config.ts";
import { StateProcess } from "./state-process.ts";
import { whyNotBound } from "./why-not-bound.ts";
import type { OnOutput, OnRecords } from "./workerd-output.ts";

export interface Serving extends ServiceConfig {
  readonly listeners: readonly Listener[];
  readonly processes: number;
  /** What the origins of the sites need at the start. */
  readonly needed: Needed;
  readonly onOutput: OnOutput;
  readonly onRecords: OnRecords;
}

export interface RunningService {
  /** With the ports that were bound. */
  readonly listeners: readonly Listener[];
  readonly members: () => readonly Member[];
  /** Reads the certificates and the Worker again, and replaces the processes. The error is a sentence; the old ones stay. */
  reload(needed: Needed): Promise<Result<void, string>>;
  /** Replaces only the processes that serve. Likewise. */
  replaceServing(needed: Needed): Promise<Result<void, string>>;
  stop(graceMs: number): Promise<void>;
}

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
  const socketsOf = (isAdmin: boolean) =>
    listeners
      .filter(({ kind }) => (kind === "admin") === isAdmin)
      .flatMap(({ name }) => sockets.get(name) ?? []);
  const endWatch = watchCrowds({
    pids: () => fleet.members.map(({ pid }) => pid),
    clients: socketsOf(false),
    operators: socketsOf(true),
    tell: serving.tell,
  });
  return ok({
    listeners,
    members: () => fleet.members,
    reload: async (needed) => {
      const compiled = await compileService(listeners, needed, serving);
      if (!compiled.ok) return compiled;
      const { config, stateStart } = compiled.value;
      const replaced = await attempt(state.replace(stateStart));
      return replaced.ok ? attempt(fleet.swap(config)) : replaced;
    },
    replaceServing: async (needed) => {
      const config = await compileServing(listeners, needed, serving);
      return config.ok ? attempt(fleet.swap(config.value)) : config;
    },
    stop: async (graceMs) => {
      endWatch();
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
  const { folder, processes, needed, onOutput, onRecords, tell } = serving;
  const compiled = await compileService(listeners, needed, serving);
  if (!compiled.ok) return compiled;
  const { config, stateStart } = compiled.value;
  const state = await attempt(StateProcess.start({ onOutput, tell }, stateStart));
  if (!state.ok) return state;
  // A socket of its own for each process shows whether that process still answers.
  const aliveAddress = (number: number) => folder.aliveAddress(number);
  const options = { processes, sockets, aliveAddress, onOutput, onRecords, tell };
  const fleet = await attempt(Fleet.start(options, config));
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
