// Local emulation: `wrangler dev` over a local store that holds the sites of a folder.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isFree } from "../command-arguments.ts";
import { endWithUs } from "../ending.ts";
import { type KeptLive, keepLive, type SiteNews } from "../live/keep-live.ts";
import { madeUpSecret } from "../secrets/root-secret-missing.ts";
import type { SecretVariables } from "../secrets/secrets-file.ts";
import { openOriginDoorway } from "../standalone/origin-doorway.ts";
import type { OriginFiles, OriginMaterial } from "../standalone/origin-material.ts";
import { namesNotGiven } from "../standalone/origin-objections.ts";
import { type AdminDoorway, type AdminPort, openDoorway } from "./admin-doorway.ts";
import { openLocalStore } from "./local-store.ts";
import { privateVars } from "./private-vars.ts";
import { type RunningWrangler, runWrangler } from "./run-wrangler.ts";
import { UnknownHosts } from "./unknown-hosts.ts";
import type { WranglerLine } from "./wrangler-lines.ts";

/** A saved file is usually tried at once, so the edge looks again after this long instead of its usual seconds. */
const SITE_AGE_MS = "200";

export interface DevOptions {
  /** wrangler's configuration. */
  readonly configFile: string;
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** What the operator gives to origins: the files, and what is in them. */
  readonly origins: { readonly files: OriginFiles; readonly material: OriginMaterial };
  /** The secrets that sites name. They stand above those of `.dev.vars`. */
  readonly secrets?: SecretVariables;
  /** Undefined without an admin API. */
  readonly admin?: AdminPort | undefined;
  /** The same as wrangler's `--persist-to`. Without one, the run has a store of its own, which ends with it. */
  readonly stateFolder: string | undefined;
  /** Changes the text of each site file before it is read; the demo fills in its ports. */
  readonly adapt?: (text: string) => string;
  readonly tell: DevNews;
}

/** The events, for display. */
export interface DevNews extends SiteNews {
  line(text: string, line: WranglerLine): void;
}

export interface RunningDev {
  readonly url: string;
  readonly adminUrl?: string;
  /** Resolves when wrangler has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The sites are in the store before the port is open, so that no request comes too early. Rejects with wrangler's output if it
 * does not start.
 */
export async function runDev(options: DevOptions): Promise<RunningDev> {
  const { configFile, folder, host, port, origins, admin, adapt, tell } = options;
  // Nobody else knows the name, so the API is not on the port of the sites.
  const adminHost = `${randomBytes(16).toString("hex")}.admin.internal`;
  // What wrangler and its processes leave among the temporary files goes with the folder, too.
  const ownFolder = await mkdtemp(path.join(os.tmpdir(), "headgate-dev-"));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = ownFolder;
  const release = endWithUs([], [ownFolder]);
  const stateFolder = options.stateFolder ?? path.join(ownFolder, "state");
  const folders = [ownFolder];
  const store = await openLocalStore(configFile, stateFolder, folders);
  let sites: KeptLive | undefined;
  let wrangler: RunningWrangler | undefined;
  let door: AdminDoorway | undefined;
  const originDoorway = await openOriginDoorway(() => origins.material);
  const stop = async (): Promise<void> => {
    await sites?.stop();
    door?.close();
    originDoorway.close();
    await Promise.all([wrangler?.stop(), store.close()]);
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(ownFolder, { recursive: true, force: true });
    release();
  };
  try {
    const objections = namesNotGiven(origins.files);
    const unknown = new UnknownHosts();
    const hold = async (texts: ReadonlyMap<string, string>) => {
      await store.hold(texts);
      unknown.hold(texts.keys());
    };
    const onLine = (text: string, line: WranglerLine) => {
      tell.line(text, line);
      const advice = unknown.adviceOn(line, wrangler ? new URL(wrangler.url).port : String(port));
      if (advice !== undefined) tell.trouble(advice);
    };
    sites = await keepLive({ folder, ...(adapt && { adapt }), objections, tell }, { hold });
    const vars = {
      HEADGATE_SITE_REFRESH_MS: SITE_AGE_MS,
      HEADGATE_SITE_EXPIRE_MS: SITE_AGE_MS,
      HEADGATE_SNAPSHOT_REFRESH_MS: SITE_AGE_MS,
      HEADGATE_LOG_FORMAT: "json", // so that a record can be told from wrangler's own output
    };
    const secrets = {
      ...options.secrets,
      HEADGATE_ORIGIN_DOORWAY: originDoorway.url,
      HEADGATE_RUN_SECRET: madeUpSecret(), // HEADGATE_SECRET comes from .dev.vars
      ...(admin && { HEADGATE_ADMIN_HOST: adminHost, HEADGATE_ADMIN_TOKENS: admin.tokens }),
    };
    const configFolder = path.dirname(configFile);
    const hidden = await privateVars(secrets, { configFolder, ownFolder });
    const start = () =>
      runWrangler({
        ...{ configFile, stateFolder, host, port, vars, folders },
        privateVars: hidden,
        onLine,
      });
    wrangler = await start().catch((error: Error) => onceMore(error, start, options));
    if (admin) door = await openDoorway(admin, { url: wrangler.url, host: adminHost });
    return { url: wrangler.url, ...(door && { adminUrl: door.url }), ended: wrangler.ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * wrangler looks for free ports of its own, for its inspector and between its processes, before it opens them. Two runs that
 * start at once may find the same one, and then one of them fails.
 */
async function onceMore(
  error: Error,
  start: () => Promise<RunningWrangler>,
  { host, port, tell }: DevOptions,
): Promise<RunningWrangler> {
  if (!/Address already in use/.test(error.message) || !(await isFree(host, port))) throw error;
  tell.trouble("another program took a port that wrangler had found free; it is started again");
  return start();
}
