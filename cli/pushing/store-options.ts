// Which store does a command mean? The options of all commands that read or write stored sites.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { ok, type Result } from "../../shared/result.ts";
import { addEdgeOption, type EdgeOption, edgeOf } from "../admin/edge-option.ts";
import { sitesAtEdge } from "../admin/sites-at-edge.ts";
import { toldToEnd, WRONG_USAGE } from "../ending.ts";
import { wranglerConfig } from "../project.ts";
import { type StoredSites, sitesIn } from "../versioning/stored-sites.ts";
import { openCloudflare } from "./cloudflare-login.ts";
import { LocalKv } from "./local-kv.ts";
import { DEFAULT_BINDING, type EdgePlace, type Place } from "./place.ts";
import type { WorkerBindings } from "./worker-bindings.ts";

export interface StoreOptions extends EdgeOption {
  readonly local?: true;
  readonly remote?: true;
  readonly persistTo?: string;
  readonly config?: string;
  readonly env?: string;
  readonly binding: string;
}

export const withStoreOptions = (command: Command): Command =>
  addEdgeOption(command)
    .option("--local", "the local store of `wrangler dev`")
    .option("--remote", "Cloudflare's KV, with CLOUDFLARE_API_TOKEN or wrangler's own login")
    .option("--persist-to <DIR>", "the folder of the local store, as in wrangler (default: .wrangler/state)")
    .option("--config <FILE>", "wrangler's configuration (default: that of the current folder)")
    .option("--env <NAME>", "an environment of that configuration, such as staging")
    .option("--binding <NAME>", "the KV binding that holds the sites", DEFAULT_BINDING);

export function placeOf(options: StoreOptions, command: Command): Place | EdgePlace {
  const { local, remote, edge, persistTo, config, env, binding } = options;
  const named = [local, remote, edge].filter((option) => option !== undefined).length;
  const isByEnvironment = named === 0 && !!process.env.HEADGATE_EDGE;
  if (named !== 1 && !isByEnvironment) {
    command.error("error: choose either --local or --remote, or --edge URL", { exitCode: WRONG_USAGE });
  }
  if (edge !== undefined || isByEnvironment) {
    const wrong = (["persistTo", "config", "env", "binding"] as const).find(
      (name) => command.getOptionValueSource(name) === "cli",
    );
    if (wrong !== undefined) {
      const option = wrong === "persistTo" ? "persist-to" : wrong;
      command.error(`error: --${option} cannot be used with --edge`, { exitCode: WRONG_USAGE });
    }
    return { kind: "edge", client: edgeOf(options, command) };
  }
  const namespace = { configFile: wranglerConfig(config), env, binding };
  if (!existsSync(namespace.configFile)) {
    command.error(`error: no such file: ${namespace.configFile}`, { exitCode: WRONG_USAGE });
  }
  if (local) {
    return {
      ...namespace,
      kind: "local",
      folder: persistTo === undefined ? undefined : path.resolve(persistTo),
    };
  }
  if (persistTo !== undefined) {
    command.error("error: --persist-to can only be used with --local", { exitCode: WRONG_USAGE });
  }
  return { ...namespace, kind: "remote" };
}

export interface OpenedPlace {
  readonly sites: StoredSites;
  /** Of the Worker that reads the sites, if Cloudflare can be asked for it. */
  readonly worker?: WorkerBindings;
}

export async function sitesAt(place: Place | EdgePlace): Promise<Result<StoredSites, string>> {
  const opened = await openPlace(place);
  return opened.ok ? ok(opened.value.sites) : opened;
}

export async function openPlace(place: Place | EdgePlace): Promise<Result<OpenedPlace, string>> {
  if (place.kind === "edge") return ok({ sites: sitesAtEdge(place.client) });
  if (place.kind === "local") return ok({ sites: sitesIn(new LocalKv(place)) });
  // Ctrl-C does not end the command in the middle of a call: it says first what was written.
  const interrupted = new AbortController();
  void toldToEnd().then(() => interrupted.abort());
  const tell = (sentence: string) => console.error(sentence);
  const opened = await openCloudflare(place, process.env, { tell, signal: interrupted.signal });
  if (!opened.ok) return opened;
  return ok({ sites: sitesIn(opened.value.store), worker: opened.value.bindings });
}
