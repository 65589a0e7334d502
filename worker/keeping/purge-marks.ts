// What has been purged, and up to which revision. A mark does not list responses: each is compared with the marks when it is found.
// The newest marks are kept by name. Older ones are folded when they grow too many (folded-marks.ts), so their size is bounded.
import { type FoldedMark, type FoldedMarks, fold, isFoldedMarks, MAX_TABLES } from "./folded-marks.ts";
import { EVERYTHING } from "./mark-names.ts";
import type { PurgeMode } from "./purge-target.ts";

export interface PurgeMarks {
  /** The highest revision of all marks. A response of this revision or a later one is not purged: one comparison tells. */
  readonly newest: number;
  readonly exact: Readonly<Record<string, Mark>>;
  readonly folded: readonly FoldedMarks[];
}

/** Responses of an earlier revision are purged. A spread is in force for each response from a point of its own. */
export interface Mark {
  readonly hard?: number;
  readonly soft?: number;
  readonly hardSpread?: Spread;
  readonly softSpread?: Spread;
}

export interface Spread {
  readonly upTo: number;
  readonly from: number;
  readonly overMs: number;
}

export interface NewMark {
  readonly name: string;
  readonly mode: PurgeMode;
  readonly revision: number;
  readonly overMs: number;
}

export const NO_PURGES: PurgeMarks = { newest: 0, exact: {}, folded: [] };

/** With the folded marks the whole is at most 46 KB. */
const MAX_EXACT_BYTES = 16_000;

/** A keeper that is made anew does not know what was purged before, so everything of before is purged. */
export const purgedBefore = (revision: number): PurgeMarks => ({
  newest: revision,
  exact: { [EVERYTHING]: { hard: revision } },
  folded: [],
});

export function addMark(marks: PurgeMarks, mark: NewMark, now: number): PurgeMarks {
  const { name, mode, revision, overMs } = mark;
  if (name === EVERYTHING && mode === "hard" && overMs === 0) return purgedBefore(revision);
  const before = settled(marks.exact[name] ?? {}, now);
  const exact = { ...marks.exact, [name]: added(before, mark, now) };
  return bounded({ newest: Math.max(marks.newest, revision), exact, folded: marks.folded }, now);
}

function added(before: Mark, { mode, revision, overMs }: NewMark, now: number): Mark {
  const { hard, soft, hardSpread, softSpread } = before;
  if (overMs === 0 && mode === "hard") return { hard: revision }; // stronger than all before
  if (overMs === 0) return { ...given({ hard, hardSpread }), soft: revision };
  const spread = { upTo: revision, from: now, overMs };
  return mode === "hard"
    ? { ...given({ hard, soft, softSpread }), hardSpread: joined(hardSpread, spread) }
    : { ...given({ hard, soft, hardSpread }), softSpread: joined(softSpread, spread) };
}

/** A spread that has ended is an ordinary mark. */
function settled(mark: Mark, now: number): Mark {
  const isOver = (spread: Spread | undefined) =>
    spread !== undefined && spread.from + spread.overMs <= now ? spread.upTo : undefined;
  const hard = later(mark.hard, isOver(mark.hardSpread));
  const soft = later(mark.soft, isOver(mark.softSpread));
  const hardSpread = isOver(mark.hardSpread) === undefined ? mark.hardSpread : undefined;
  const softSpread = isOver(mark.softSpread) === undefined ? mark.softSpread : undefined;
  return given({ hard, soft, hardSpread, softSpread });
}

/** In place of two spreads of one name, one under which no response expires later than under either. */
function joined(running: Spread | undefined, spread: Spread): Spread {
  if (!running) return spread;
  const from = Math.min(running.from, spread.from);
  const end = Math.min(running.from + running.overMs, spread.from + spread.overMs);
  return { upTo: spread.upTo, from, overMs: end - from };
}

const later = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : Math.max(one, other ?? one);

type Given = { readonly [Part in keyof Mark]: Mark[Part] | undefined };

/** Without the parts that are undefined. */
const given = (parts: Given): Mark =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));

/** Folds the older half if there are too many. The purge of everything stays, and running spreads stay as long as they can. */
function bounded(marks: PurgeMarks, now: number): PurgeMarks {
  let bytes = Object.entries(marks.exact).reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes <= MAX_EXACT_BYTES) return marks;
  const exact = new Map(Object.entries(marks.exact));
  const oldestFirst = [...exact]
    .filter(([name]) => name !== EVERYTHING)
    .map(([name, mark]) => ({ name, mark: settled(mark, now), bytes: bytesOf([name, mark]) }))
    .sort(
      (a, b) => Number(isRunning(a.mark)) - Number(isRunning(b.mark)) || newestOf(a.mark) - newestOf(b.mark),
    );
  const folding: FoldedMark[] = [];
  for (const { name, mark, bytes: own } of oldestFirst) {
    if (bytes <= MAX_EXACT_BYTES / 2) break;
    bytes -= own;
    exact.delete(name);
    const hard = later(mark.hard, mark.hardSpread?.upTo);
    const soft = later(mark.soft, mark.softSpread?.upTo);
    if (hard !== undefined) folding.push({ name, mode: "hard", upTo: hard });
    if (soft !== undefined) folding.push({ name, mode: "soft", upTo: soft });
  }
  return { newest: marks.newest, exact: Object.fromEntries(exact), folded: fold(marks.folded, folding) };
}

const isRunning = ({ hardSpread, softSpread }: Mark): boolean =>
  hardSpread !== undefined || softSpread !== undefined;

export const newestOf = ({ hard, soft, hardSpread, softSpread }: Mark): number =>
  Math.max(hard ?? 0, soft ?? 0, hardSpread?.upTo ?? 0, softSpread?.upTo ?? 0);

/** In JSON, at most. It is an estimate, because all marks are counted for each purge. */
function bytesOf([name, mark]: readonly [string, Mark]): number {
  let bytes = PAIR_BYTES + name.length * (/^[ !#-[\]-~]*$/.test(name) ? 1 : MAX_ESCAPED);
  if (mark.hard !== undefined) bytes += REVISION_BYTES;
  if (mark.soft !== undefined) bytes += REVISION_BYTES;
  if (mark.hardSpread) bytes += SPREAD_BYTES;
  return mark.softSpread ? bytes + SPREAD_BYTES : bytes;
}

/** `"":{},` */
const PAIR_BYTES = 6;
/** `\u0000` */
const MAX_ESCAPED = 6;
/** `"hard":1764345600000,` */
const REVISION_BYTES = 22;
/** `"hardSpread":{"upTo":1764345600000,"from":1764345600000,"overMs":604800000},` */
const SPREAD_BYTES = 80;

/** As it was stored or received. Undefined if it is something else. */
export function readPurges(value: unknown): PurgeMarks | undefined {
  if (value === undefined) return NO_PURGES;
  if (typeof value !== "object" || value === null) return undefined;
  const { newest, exact, folded } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(newest) || typeof exact !== "object" || exact === null) return undefined;
  if (!Array.isArray(folded) || folded.length > MAX_TABLES || !folded.every(isFoldedMarks)) return undefined;
  if (!Object.values(exact).every(isMark)) return undefined;
  return { newest: newest as number, exact: exact as Record<string, Mark>, folded };
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== "object" || value === null) return false;
  const { hard, soft, hardSpread, softSpread } = value as Record<string, unknown>;
  const numbers = [hard, soft].every((one) => one === undefined || Number.isSafeInteger(one));
  return numbers && [hardSpread, softSpread].every((one) => one === undefined || isSpread(one));
}

function isSpread(value: unknown): value is Spread {
  if (typeof value !== "object" || value === null) return false;
  const { upTo, from, overMs } = value as Record<string, unknown>;
  return [upTo, from, overMs].every((one) => Number.isSafeInteger(one));
}
