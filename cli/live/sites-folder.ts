// The folder from which standalone processes read their sites, one file for each key (workerd reads it as a KV namespace). A
// file is written beside its place and renamed into it, so that no reader sees half of one.
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { siteKey } from "../../shared/site/stored.ts";
import type { SiteHolder } from "./keep-live.ts";

export interface SitesFolder extends SiteHolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** The limit of the usual file systems. */
const MAX_NAME_BYTES = 255;

export async function makeSitesFolder(): Promise<SitesFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headgate-sites-")); // readable by its owner only
  const held = new Map<string, string>();
  const write = async (pattern: string, text: string) => {
    const name = siteKey(pattern);
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw new Error(`the host ${pattern} is too long for a file name`);
    await writeFile(path.join(folder, "next"), text);
    await rename(path.join(folder, "next"), path.join(folder, name));
    held.set(pattern, text);
  };
  return {
    path: folder,
    // In order: a site is written before the pointers to it, and nothing is deleted before its replacement is there.
    hold: async (texts) => {
      for (const [pattern, text] of texts) if (held.get(pattern) !== text) await write(pattern, text);
      for (const pattern of [...held.keys()].filter((name) => !texts.has(name))) {
        await rm(path.join(folder, siteKey(pattern)), { force: true });
        held.delete(pattern);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
