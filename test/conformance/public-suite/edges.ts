import path from "node:path";
import { Miniflare } from "miniflare";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../../cli/standalone/bundle.ts";
import { runWorkerd } from "../../../cli/standalone/run-workerd.ts";
import type { SiteFile } from "../../../shared/site/schema.ts";

export interface RunningEdge {
  readonly url: string;
  stop(): Promise<void>;
}

/** The defaults, but for cookies: the suite asks that they be stored. */
export function conformanceSite(originUrl: string): SiteFile {
  return {
    hosts: ["*"],
    pools: { suite: { origins: [{ id: "suite", url: originUrl }] } },
    routes: [{ id: "all", cache: { setCookie: "store" }, to: "suite" }],
    security: "off",
    log: { sample: 0 },
  };
}

const entry = path.resolve(import.meta.dirname, "../../../worker/index.ts");
const COMPATIBILITY = { compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags: [...COMPATIBILITY_FLAGS] };

export async function standaloneEdge(site: SiteFile): Promise<RunningEdge> {
  const workerd = await runWorkerd({
    ...COMPATIBILITY,
    worker: await bundleWorker(entry),
    sites: { "*": JSON.stringify(site) },
    address: "127.0.0.1:0",
    vars: { HEADGATE_RUNS_ON: "standalone" },
    onOutput: (line, stream) => {
      if (stream === "stderr") console.error(line);
    },
  });
  return { url: `http://127.0.0.1:${workerd.port}`, stop: () => workerd.stop() };
}

/** Miniflare as `wrangler dev` runs it; without memory every entry goes through its Cache API. */
export async function cacheApiEdge(site: SiteFile, memory = "0B"): Promise<RunningEdge> {
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    workers: [
      {
        config: {
          name: "headgate",
          ...COMPATIBILITY,
          manifest: {
            mainModule: "worker.js",
            modulesRoot: "/",
            modules: { "worker.js": { type: "esm", contents: await bundleWorker(entry) } },
          },
          env: {
            EMBEDDED_SITES: { type: "json", value: { "*": JSON.stringify(site) } },
            HEADGATE_RUNS_ON: { type: "text", value: "cloudflare" },
            HEADGATE_CACHE_MEMORY: { type: "text", value: memory },
          },
        },
      },
    ],
  });
  const url = await miniflare.ready;
  return { url: url.origin, stop: () => miniflare.dispose() };
}
