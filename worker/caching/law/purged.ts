// Is a stored response purged? It is compared with the marks of its site when it is found. Generations decide, not clocks: a response
// has the revision that the isolate knew when it asked the origin, so a response that was on its way when the purge became known is
// purged too. The cost does not depend on the number of marks.
import { mayHold } from "../../keeping/folded-marks.ts";
import { type Named, namesOf } from "../../keeping/mark-names.ts";
import { hashOf } from "../../keeping/name-hash.ts";
import type { Mark, PurgeMarks, Spread } from "../../keeping/purge-marks.ts";
import type { PurgeMode } from "../../keeping/purge-target.ts";

/** Undefined if it is not purged. Without a newer mark, which is the usual case, one comparison tells. */
export function purgedBy(
  marks: PurgeMarks,
  revision: number,
  named: () => Named,
  now: number,
): PurgeMode | undefined {
  return revision >= marks.newest ? undefined : comparedWith(marks, revision, named(), now);
}

function comparedWith(
  { exact, folded }: PurgeMarks,
  revision: number,
  named: Named,
  now: number,
): PurgeMode | undefined {
  let purged: PurgeMode | undefined;
  const tables = folded.filter(({ upTo }) => revision < upTo);
  for (const name of namesOf(named)) {
    const mark = exact[name];
    if (mark) purged = worse(purged, byMark(mark, revision, named.url, now));
    if (tables.length > 0 && purged !== "hard") {
      const hash = hashOf(name);
      for (const table of tables) {
        if (mayHold(table, hash, "hard")) purged = "hard";
        else if (!purged && mayHold(table, hash, "soft")) purged = "soft";
      }
    }
    if (purged === "hard") return purged;
  }
  return purged;
}

const worse = (one: PurgeMode | undefined, other: PurgeMode | undefined): PurgeMode | undefined =>
  one === "hard" || other === "hard" ? "hard" : (one ?? other);

function byMark(
  { hard, soft, hardSpread, softSpread }: Mark,
  revision: number,
  url: string,
  now: number,
): PurgeMode | undefined {
  if (hard !== undefined && revision < hard) return "hard";
  if (hardSpread && isOver(hardSpread, revision, url, now)) return "hard";
  if (soft !== undefined && revision < soft) return "soft";
  return softSpread && isOver(softSpread, revision, url, now) ? "soft" : undefined;
}

/** The URL decides when: its variants and slices expire together, on all isolates at the same time. */
function isOver({ upTo, from, overMs }: Spread, revision: number, url: string, now: number): boolean {
  return revision < upTo && now >= from + overMs * (hashOf(url).one / 2 ** 32);
}
