// A Worker in Miniflare, as `wrangler dev` runs it: with the Cache API and KV, which bare workerd does not have.
import { Miniflare } from "miniflare";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { descendantsOf } from "../../test/support/descendants.ts";
import type { Bench } from "../bench.ts";
import type { SiteTexts } from "../sites.ts";
import type { Edge } from "./edge.ts";
import type { Deployment } from "./on-workerd.ts";

/** With `inKv`, sites are read from KV; otherwise they are part of the Worker. */
export async function inMiniflare(
  { worker, sites = {}, vars = {}, inKv = false }: Deployment & { readonly inKv?: boolean },
  bench: Bench,
): Promise<Edge> {
  const before = new Set(descendantsOf(process.pid));
  const texts = Object.entries({ HEADGATE_RUNS_ON: "cloudflare", ORIGIN: bench.origin.url, ...vars });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    workers: [
      {
        config: {
          name: worker,
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: [...COMPATIBILITY_FLAGS],
          manifest: {
            mainModule: "worker.js",
            modulesRoot: "/",
            modules: { "worker.js": { type: "esm", contents: await bench.bundles(worker) } },
          },
          env: {
            ...(inKv
              ? { SITES: { type: "kv" as const, id: "sites" } }
              : { EMBEDDED_SITES: { type: "json" as const, value: { ...sites } } }),
            ...Object.fromEntries(texts.map(([name, value]) => [name, { type: "text" as const, value }])),
          },
        },
      },
    ],
  });
  const { origin: url } = await miniflare.ready;
  if (inKv) await fill(miniflare, sites);
  const pids = descendantsOf(process.pid).filter((pid) => !before.has(pid));
  return { url, pids, stop: () => miniflare.dispose() };
}

const PUTS_AT_ONCE = 100;

async function fill(miniflare: Miniflare, sites: SiteTexts): Promise<void> {
  const kv = await miniflare.getKVNamespace("SITES");
  const entries = Object.entries(sites);
  for (let from = 0; from < entries.length; from += PUTS_AT_ONCE) {
    const some = entries.slice(from, from + PUTS_AT_ONCE);
    await Promise.all(some.map(([pattern, text]) => kv.put(siteKey(pattern), text)));
  }
}
