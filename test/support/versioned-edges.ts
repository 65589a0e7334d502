// The Worker as it is deployed, on a store that a push writes into: Miniflare's KV, and a folder that bare workerd reads as KV, as
// under `headgate serve`.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Miniflare } from "miniflare";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS, edgeBundle } from "../../cli/standalone/bundle.ts";
import { runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { ok } from "../../shared/result.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { SiteStore, Written } from "../../worker/publishing/site-store.ts";

export interface VersionedEdge {
  readonly url: string;
  readonly store: SiteStore;
  stop(): Promise<void>;
}

/** A change is seen by the next request but one. */
const VARS = { HEADGATE_SITE_REFRESH_MS: "20", HEADGATE_SITE_EXPIRE_MS: "20" };

/** The part of KV that a push uses. */
interface Keys {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  names(): Promise<string[]>;
}

function storeOver(keys: Keys): SiteStore {
  const done = (names: readonly string[]): Written => ({
    done: new Set(names),
    unsure: new Set(),
    failure: undefined,
  });
  return {
    read: async (names) =>
      ok(new Map(await Promise.all(names.map(async (name) => [name, await keys.get(name)] as const)))),
    list: async () => ok((await keys.names()).filter((name) => name.startsWith(siteKey("")))),
    write: async (entries) => {
      for (const { key, value } of entries) await keys.put(key, value);
      return done(entries.map(({ key }) => key));
    },
    remove: async (names) => {
      for (const name of names) await keys.delete(name);
      return done(names);
    },
  };
}

export async function onFolder(): Promise<VersionedEdge> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-versions-"));
  const sites = path.join(folder, "sites");
  await mkdir(sites);
  const at = (key: string) => path.join(sites, key);
  const workerd = await runWorkerd({
    worker: await edgeBundle(),
    sitesFolder: sites,
    address: "127.0.0.1:0",
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    vars: { HEADGATE_RUNS_ON: "standalone", ...VARS },
    onOutput: () => {},
  });
  return {
    url: `http://127.0.0.1:${workerd.port}`,
    store: storeOver({
      get: (key) => readFile(at(key), "utf8").catch(() => null),
      put: async (key, value) => {
        await writeFile(path.join(folder, "next"), value);
        await rename(path.join(folder, "next"), at(key)); // no reader sees half of a file
      },
      delete: (key) => rm(at(key), { force: true }),
      names: () => readdir(sites),
    }),
    stop: async () => {
      await workerd.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function onMiniflare(vars: Readonly<Record<string, string>> = {}): Promise<VersionedEdge> {
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    workers: [
      {
        config: {
          name: "edge",
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: [...COMPATIBILITY_FLAGS],
          manifest: {
            mainModule: "worker.js",
            modulesRoot: "/",
            modules: { "worker.js": { type: "esm", contents: await edgeBundle() } },
          },
          env: {
            SITES: { type: "kv" as const, id: "sites" },
            ...Object.fromEntries(
              Object.entries({ ...VARS, ...vars }).map(([name, value]) => [
                name,
                { type: "text" as const, value },
              ]),
            ),
          },
        },
      },
    ],
  });
  const { origin: url } = await miniflare.ready;
  const kv = await miniflare.getKVNamespace("SITES");
  return {
    url,
    store: storeOver({
      get: (key) => kv.get(key, "text"),
      put: (key, value) => kv.put(key, value),
      delete: (key) => kv.delete(key),
      names: async () => (await kv.list()).keys.map(({ name }) => name),
    }),
    stop: () => miniflare.dispose(),
  };
}
