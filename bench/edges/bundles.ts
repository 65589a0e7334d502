// Bundles each measured Worker once, as it would be deployed.
import path from "node:path";
import { type BundleForm, bundleWorker, WORKER_ENTRY } from "../../cli/standalone/bundle.ts";

/** A file in bench/workers/, or Headgate itself. */
export type WorkerName =
  | "headgate"
  | "hello"
  | "empty"
  | "map"
  | "bare-fetch"
  | "minimal-proxy"
  | "cache-api"
  | "reflare"
  | "hono-proxy";

export type BundleCache = (worker: WorkerName) => Promise<string>;

export function bundleCache(form?: BundleForm): BundleCache {
  const bundles = new Map<WorkerName, Promise<string>>();
  return (worker) => {
    const bundle = bundles.get(worker) ?? bundleWorker(entryOf(worker), form);
    bundles.set(worker, bundle);
    return bundle;
  };
}

const entryOf = (worker: WorkerName): string =>
  worker === "headgate" ? WORKER_ENTRY : path.join(import.meta.dirname, `../workers/${worker}.ts`);
