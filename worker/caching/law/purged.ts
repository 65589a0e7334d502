// Is a stored response purged? It is compared with the marks of its site when it is found. Generations decide, not clocks: a response
// has the revision that the isolate knew when it asked the origin, so a response that was on its way when the purge became known is
// purged too. The cost does not depend on the number of marks.
import { mayHold } from "../../keeping/folded-marks.ts";
import { type Named, namesOf } from "../../keeping/mark-names.ts";
import { hashOf } from "../../keeping/name-hash.ts";
import { type Mark, newestOf, type PurgeMarks, type Spread } from "../../keeping/purge-marks.ts";
import type { PurgeMode } from "../../keeping/purge-target.ts";
import type { ResponseEntry } from "../entry.ts";
import { lifeOverMs } from "./age.ts";

/** `later`: a mark covers it whose spread has not come to it yet. */
export type Purged = PurgeMode | "later" | undefined;

/** Undefined if no mark covers it. Without a newer mark, which is the usual case, one comparison tells. */
export function purgedBy(marks: PurgeMarks, revision: number, named: Named, now: number): Purged {
  return revision >= marks.newest ? undefined : comparedWith(marks, revision, named, now);
}

function comparedWith({ exact, folded }: PurgeMarks, revision: number, named: Named, now: number): Purged {
  let purged: Purged;
  const tables = folded.filter(({ upTo }) => revision < upTo);
  for (const name of namesOf(named)) {
    const mark = exact[name];
    if (mark) purged = worse(purged, byMark(mark, revision, named.url, now));
    if (purged === "hard") return purged;
    if (tables.length === 0) continue;
    const hash = hashOf(name);
    for (const table of tables) {
      if (mayHold(table, hash, "hard")) return "hard";
      if (purged !== "soft" && mayHold(table, hash, "soft")) purged = "soft";
    }
  }
  return purged;
}

/** The one that does more. */
export const worse = (one: Purged, other: Purged): Purged =>
  RANK[one ?? "none"] < RANK[other ?? "none"] ? other : one;

const RANK = { none: 0, later: 1, soft: 2, hard: 3 };

/** The highest revision of the marks that cover the resource; 0 if none does. */
export function markedAt({ exact, folded }: PurgeMarks, named: Named): number {
  return namesOf(named).reduce((newest, name) => {
    const hash = folded.length > 0 ? hashOf(name) : undefined;
    const inTables = folded.filter(
      (table) => hash && (mayHold(table, hash, "hard") || mayHold(table, hash, "soft")),
    );
    return Math.max(newest, newestOf(exact[name] ?? {}), ...inTables.map(({ upTo }) => upTo));
  }, 0);
}

/** For a soft purge: it is stale from now on, and is not served while it is refreshed. It may stand in for an origin that fails. */
export function asStale(entry: ResponseEntry, now: number): ResponseEntry {
  const { terms } = entry;
  const freshForMs = Math.min(terms.freshForMs, lifeOverMs(entry, now));
  return { ...entry, terms: { ...terms, freshForMs, staleWhileRevalidateMs: 0 } };
}

/** If it is unknown what is purged: it may be used only after the origin has confirmed it. */
export function asUnconfirmed(entry: ResponseEntry, now: number): ResponseEntry {
  const stale = asStale(entry, now);
  return { ...stale, terms: { ...stale.terms, staleIfErrorMs: 0, staleIfDisconnectedMs: 0 } };
}

function byMark(
  { hard, soft, hardSpread, softSpread }: Mark,
  revision: number,
  url: string,
  now: number,
): Purged {
  if (hard !== undefined && revision < hard) return "hard";
  const byHard = hardSpread && bySpread("hard", hardSpread, revision, url, now);
  const bySoft = softSpread && bySpread("soft", softSpread, revision, url, now);
  return worse(byHard, worse(bySoft, soft !== undefined && revision < soft ? "soft" : undefined));
}

/** The URL decides when: its variants and slices expire together, on all isolates at the same time. */
function bySpread(
  mode: PurgeMode,
  { upTo, from, overMs }: Spread,
  revision: number,
  url: string,
  now: number,
): Purged {
  if (revision >= upTo) return undefined;
  return now >= from + overMs * (hashOf(url).one / 2 ** 32) ? mode : "later";
}
