// What is to be known of the store before a push: the keys of its hosts, those of others that it touches, and the texts of the
// versions that are there already.
import { err, ok, type Result } from "../../shared/result.ts";
import { versionKey } from "../../shared/site/site-record.ts";
import { siteKey } from "../../shared/site/stored.ts";
import type { CheckedFile } from "./checked-file.ts";
import { keysNamedBefore } from "./leftovers.ts";
import type { Present, SiteStore } from "./site-store.ts";
import { type StandingSite, standingSite } from "./standing-site.ts";
import { keysPointedTo } from "./what-is-stored.ts";

export interface Seen {
  /** By the key of a host. */
  readonly present: Present;
  /** By the key of a version. */
  readonly texts: Present;
  /** By the name of the site. */
  readonly standing: ReadonlyMap<string, StandingSite>;
}

interface Looking {
  readonly removeHosts: readonly string[];
  readonly prune: boolean;
}

/** The keys of the push, and others that it touches: of sites whose hosts it takes, and of hosts that were named before. */
export async function lookAt(
  store: SiteStore,
  sites: readonly CheckedFile[],
  { removeHosts, prune }: Looking,
): Promise<Result<Seen, string>> {
  const present = new Map<string, string | null>();
  const learn = async (keys: readonly string[]): Promise<string | undefined> => {
    const unknown = [...new Set(keys)].filter((key) => !present.has(key));
    if (unknown.length === 0) return undefined;
    const read = await store.read(unknown);
    if (!read.ok) return read.error;
    for (const [key, text] of read.value) present.set(key, text);
    return undefined;
  };
  const own = sites.flatMap(({ site }) => site.hosts.map(siteKey));
  const listed = prune ? await store.list() : ok([]);
  if (!listed.ok) return listed;
  const failure =
    (await learn([...own, ...removeHosts.map(siteKey), ...listed.value])) ??
    (await learn(keysPointedTo(present))) ??
    (await learn(keysNamedBefore(present)));
  if (failure !== undefined) return err(failure);

  const standing = new Map<string, StandingSite>();
  for (const { site } of sites) {
    const [name = ""] = site.hosts;
    const found = await standingSite(name, present);
    if (found) standing.set(name, found);
  }
  const known = sites.flatMap(({ site, version }) => {
    const [name = ""] = site.hosts;
    const record = standing.get(name)?.record;
    return record?.kept.some((kept) => kept.version === version) ? [versionKey(name, version)] : [];
  });
  const texts = known.length === 0 ? ok(new Map()) : await store.read(known);
  return texts.ok ? ok({ present, texts: texts.value, standing }) : texts;
}
