// What is known of the address lists of a site, for people.
import type { Listing } from "./listing.ts";
import { isOrNull } from "./origins-seen.ts";

export interface ListSeen {
  readonly name: string;
  /** What is in force; null if the list was never read. */
  readonly good: { readonly ranges: number; readonly at: number } | null;
  /** Null if the last reading went well, or none has ended yet. */
  readonly failing: { readonly because: string; readonly since: number } | null;
}

/** Its URL may hold a key, and stays where it is. */
export const listsSeen = (listing: Listing): readonly ListSeen[] =>
  Object.values(listing)
    .map(({ name, good, failing }) => ({
      name,
      good: good ? { ranges: good.ranges, at: good.at } : null,
      failing: failing ? { because: failing.because, since: failing.since } : null,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** As it was received. The keeper may run another version of the code: what is something else is left out. */
export const readListsSeen = (value: unknown): readonly ListSeen[] =>
  Array.isArray(value) ? value.filter(isSeen) : [];

function isSeen(value: unknown): value is ListSeen {
  if (typeof value !== "object" || value === null) return false;
  const { name, good, failing } = value as Record<string, unknown>;
  return (
    typeof name === "string" &&
    isOrNull(good, ({ ranges, at }) => Number.isFinite(ranges) && Number.isFinite(at)) &&
    isOrNull(failing, ({ because, since }) => typeof because === "string" && Number.isFinite(since))
  );
}
