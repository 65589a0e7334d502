// Into which store does a push write?
import type { AdminClient } from "../admin/admin-client.ts";

/** Cloudflare's own store, or the one that `wrangler dev` uses on this machine. */
export type Place = Namespace &
  (
    | { readonly kind: "remote" }
    /** `folder` is the same as wrangler's `--persist-to`. If undefined, its default `.wrangler/state` is used. */
    | { readonly kind: "local"; readonly folder: string | undefined }
  );

/** Behind the admin API of a running edge. */
export interface EdgePlace {
  readonly kind: "edge";
  readonly client: AdminClient;
}

export type LocalPlace = Extract<Place, { kind: "local" }>;

/** The KV namespace that the Worker reads. If the configuration has no id for it, the deployed Worker is asked. */
export interface Namespace {
  readonly configFile: string;
  /** An environment of the configuration, such as `staging`. */
  readonly env: string | undefined;
  readonly binding: string;
}

export const DEFAULT_BINDING = "SITES";
