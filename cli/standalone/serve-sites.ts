// Serves sites on a bare workerd: the Worker's bundle with the sites embedded, in one process.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { storedEntries } from "../../shared/site/stored.ts";
import type { LoadedSite } from "../load-sites.ts";
import { bundleWorker } from "./bundle.ts";
import type { Certificate } from "./certificate.ts";
import { type RunningWorkerd, runWorkerd } from "./run-workerd.ts";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS, WORKER_ENTRY } from "./runtime.ts";

export interface Serving {
  readonly sites: readonly LoadedSite[];
  readonly host: string;
  readonly port: number;
  /** As in a site file: `64MiB`. */
  readonly cacheMemory: string | undefined;
  readonly tls: Certificate | undefined;
  readonly onOutput: (line: string, stream: "stdout" | "stderr") => void;
}

/** Rejects if workerd ends before it listens. The folder with the configuration is deleted when workerd ends. */
export async function serveSites(serving: Serving): Promise<RunningWorkerd> {
  const { sites, host, port, cacheMemory, tls, onOutput } = serving;
  // Readable only by its owner: the configuration contains the private key.
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-serve-"));
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    const running = await runWorkerd({
      worker: await bundleWorker(WORKER_ENTRY),
      sites: embedded(sites),
      folder,
      address: addressOf(host, port),
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      tls,
      vars: {
        HEADGATE_RUNS_ON: "standalone",
        ...(cacheMemory !== undefined && { HEADGATE_CACHE_MEMORY: cacheMemory }),
      },
      onOutput,
    });
    return { ...running, ended: running.ended.finally(clean) };
  } catch (error) {
    await clean();
    throw error;
  }
}

export function embedded(sites: readonly LoadedSite[]): Record<string, string> {
  const entries = sites.flatMap(({ site, stored }) => storedEntries(site.hosts, stored));
  return Object.fromEntries(entries.map(({ pattern, text }) => [pattern, text]));
}

/** An IPv6 address needs brackets before the port. */
export const addressOf = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
