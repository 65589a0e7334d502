// Which store does a command mean? The options of all commands that read or write stored sites.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { ok, type Result } from "../../shared/result.ts";
import { toldToEnd, WRONG_USAGE } from "../ending.ts";
import { wranglerConfig } from "../project.ts";
import { openCloudflareKv } from "./cloudflare-login.ts";
import { LocalKv } from "./local-kv.ts";
import { DEFAULT_BINDING, type Place } from "./place.ts";
import type { SiteStore } from "./site-store.ts";

export interface StoreOptions {
  readonly local?: true;
  readonly remote?: true;
  readonly persistTo?: string;
  readonly config?: string;
  readonly env?: string;
  readonly binding: string;
}

export const withStoreOptions = (command: Command): Command =>
  command
    .option("--local", "the local store of `wrangler dev`")
    .option("--remote", "Cloudflare's KV, with CLOUDFLARE_API_TOKEN or wrangler's own login")
    .option("--persist-to <DIR>", "the folder of the local store, as in wrangler (default: .wrangler/state)")
    .option("--config <FILE>", "wrangler's configuration (default: that of the current folder)")
    .option("--env <NAME>", "an environment of that configuration, such as staging")
    .option("--binding <NAME>", "the KV binding that holds the sites", DEFAULT_BINDING);

export function placeOf(options: StoreOptions, command: Command): Place {
  const { local, remote, persistTo, config, env, binding } = options;
  if (local === remote) {
    command.error("error: choose either --local or --remote", { exitCode: WRONG_USAGE });
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

export async function storeAt(place: Place): Promise<Result<SiteStore, string>> {
  if (place.kind === "local") return ok(new LocalKv(place));
  // Ctrl-C does not end the command in the middle of a call: it says first what was written.
  const interrupted = new AbortController();
  void toldToEnd().then(() => interrupted.abort());
  const tell = (sentence: string) => console.error(sentence);
  return openCloudflareKv(place, process.env, { tell, signal: interrupted.signal });
}
