// Which address lists are to be read from a URL? Isolates compile them from the site and tell them to its keeper, as JSON.
import { shortHash } from "../../shared/short-hash.ts";
import { DEFAULT_EVERY_MS, MAX_READ_LISTS } from "../../shared/site/lists-read.ts";
import type { Site } from "../../shared/site/schema.ts";

export interface ListWanted {
  /** As the site calls it. */
  readonly name: string;
  readonly url: string;
  readonly everyMs: number;
}

/** Tells lists apart: in a rollout two versions may read a list of one name at two places. */
export const listKey = ({ name, url }: Pick<ListWanted, "name" | "url">): string =>
  `${name}~${shortHash(url)}`;

export const isListKey = (key: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}~[\da-f]{8}$/.test(key);

export const listsWanted = ({ lists }: Pick<Site, "lists">): readonly ListWanted[] =>
  Object.entries(lists).flatMap(([name, { url, every = DEFAULT_EVERY_MS }]) =>
    url === undefined ? [] : [{ name, url, everyMs: every }],
  );

/** Two versions of a site, in a rollout. */
export const MAX_WANTED = 2 * MAX_READ_LISTS;
/** Nobody is asked more often. */
const LEAST_EVERY_MS = 60_000;

/** As an isolate of this version of the code or of another one told it. Undefined if it is something else. */
export function readWanted(value: unknown): readonly ListWanted[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_WANTED) return undefined;
  return value.every(isWanted) ? value : undefined;
}

function isWanted(value: unknown): value is ListWanted {
  if (typeof value !== "object" || value === null) return false;
  const { name, url, everyMs } = value as Record<string, unknown>;
  if (typeof name !== "string" || typeof url !== "string" || url.length > 4_096) return false;
  const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
  return (
    isUrl &&
    isListKey(listKey({ name, url })) &&
    Number.isFinite(everyMs) &&
    Number(everyMs) >= LEAST_EVERY_MS
  );
}
