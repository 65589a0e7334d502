// The local store of sites, written while `wrangler dev` reads it, through wrangler's own platform proxy over the same
// folder. Both workerd processes lock one SQLite file in turn, and a write is visible to the very next request.
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { siteKey } from "../../shared/site/stored.ts";
import { endWithUs } from "../ending.ts";
import { COMPATIBILITY_DATE } from "../standalone/bundle.ts";

/** The part of a KV namespace that is used. */
interface LocalKv {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<{
    keys: { name: string }[];
    list_complete: boolean;
    cursor?: string;
  }>;
}

export interface LocalStore {
  /** From now on exactly these sites are served, by host pattern. */
  hold(texts: ReadonlyMap<string, string>): Promise<void>;
  close(): Promise<void>;
}

/**
 * `folder` is the same as wrangler's `--persist-to`; `folders` are removed if this process is killed. What it writes among the temporary
 * files is left to the caller.
 */
export async function openLocalStore(
  configFile: string,
  folder: string,
  folders: readonly string[],
): Promise<LocalStore> {
  const ownSignals = signalListeners();
  const ownChildren = await children();
  const { getPlatformProxy, unstable_readConfig: readConfig } = await import("wrangler"); // takes a second to load
  const { kv_namespaces } = readConfig({ config: configFile }, { hideWarnings: true });
  const platform = await getPlatformProxy<{ SITES: LocalKv }>({
    configPath: await storesOnly(kv_namespaces),
    persist: { path: path.join(folder, "v3") },
    remoteBindings: false,
  });
  // Its listeners would end the whole process at the first signal. ending.ts decides how this process ends.
  for (const [signal, listener] of signalListeners()) {
    if (!ownSignals.some(([, own]) => own === listener)) process.off(signal, listener);
  }
  const release = endWithUs(
    (await children()).filter((pid) => !ownChildren.includes(pid)),
    folders,
  );
  const kv = platform.env.SITES;
  const held = await everythingIn(kv);
  return {
    hold: async (texts) => {
      const wanted = new Map([...texts].map(([pattern, text]) => [siteKey(pattern), text]));
      // In order: a site is written before the pointers to it, and nothing is deleted before its replacement is there.
      for (const [key, text] of wanted) {
        if (held.get(key) === text) continue;
        await kv.put(key, text);
        held.set(key, text);
      }
      for (const key of [...held.keys()].filter((name) => !wanted.has(name))) {
        await kv.delete(key);
        held.delete(key);
      }
    },
    close: async () => {
      await platform.dispose();
      release();
    },
  };
}

/** The proxy has no Worker, so it would warn about every class of Durable Objects that a Worker has. */
async function storesOnly(namespaces: readonly object[]): Promise<string> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "headgate-store-")), "wrangler.json");
  const config = { name: "store", compatibility_date: COMPATIBILITY_DATE, kv_namespaces: namespaces };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** Earlier runs and `headgate push --local` leave sites behind. */
async function everythingIn(kv: LocalKv): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (let cursor: string | undefined; ; ) {
    const page = await kv.list({ prefix: siteKey(""), ...(cursor !== undefined && { cursor }) });
    for (const { name } of page.keys) held.set(name, (await kv.get(name)) ?? "");
    if (page.list_complete) return held;
    cursor = page.cursor;
  }
}

/** The proxy starts a workerd and does not tell its number. Empty where there is no `ps`. */
async function children(): Promise<number[]> {
  const listed = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,comm="]).catch(() => ({
    stdout: "",
  }));
  return listed.stdout.split("\n").flatMap((line) => {
    const [pid, parent, name = ""] = line.trim().split(/\s+/);
    return Number(parent) === process.pid && name.includes("workerd") ? [Number(pid)] : [];
  });
}

const signalListeners = (): [signal: NodeJS.Signals, listener: NodeJS.SignalsListener][] =>
  (["SIGINT", "SIGTERM", "SIGHUP"] as const).flatMap((signal) =>
    process
      .listeners(signal)
      .map((listener): [NodeJS.Signals, NodeJS.SignalsListener] => [
        signal,
        listener as NodeJS.SignalsListener,
      ]),
  );
