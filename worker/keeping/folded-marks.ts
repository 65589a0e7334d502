// Marks that are too many to be kept one by one, as tables of bits. Each mark sets a few bits that a hash of its name chooses. A
// name all of whose bits are set may be a folded one: a response may be purged without need, but none is missed.

import { hashOf, type NameHash } from "./name-hash.ts";
import type { PurgeMode } from "./purge-target.ts";

export interface FoldedMarks {
  /** The highest revision among its marks. It counts for all of them. */
  readonly upTo: number;
  readonly marks: number;
  /** Six bits in each character, so that it can be sent as JSON and read without being prepared. */
  readonly bits: string;
}

export interface FoldedMark {
  readonly name: string;
  readonly mode: PurgeMode;
  readonly upTo: number;
}

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const BITS_PER_CHARACTER = 6;
const TABLE_CHARACTERS = 4_096;
const TABLE_BITS = TABLE_CHARACTERS * BITS_PER_CHARACTER;
/** 16 bits for each mark: of a thousand names that are not in a table, about one seems to be. */
const MARKS_PER_TABLE = TABLE_BITS / 16;
const BITS_PER_MARK = 6;
/** The tables then hold 10,000 marks in 28 KB. With more, the oldest ones grow coarser. */
export const MAX_TABLES = 7;

/** The tables are in the order of their revisions, the oldest first. */
export function fold(tables: readonly FoldedMarks[], marks: readonly FoldedMark[]): readonly FoldedMarks[] {
  const folded = [...tables];
  for (const { upTo, bits, count } of intoTables(marks, folded.pop()))
    folded.push({ upTo, marks: count, bits });
  while (folded.length > MAX_TABLES) {
    const [oldest, second] = folded;
    if (!oldest || !second) break;
    folded.splice(0, 2, merged(oldest, second));
  }
  return folded;
}

interface Table {
  readonly upTo: number;
  readonly count: number;
  readonly bits: string;
}

/** Fills the last table, and further ones as needed. */
function intoTables(marks: readonly FoldedMark[], last: FoldedMarks | undefined): Table[] {
  const tables: Table[] = [];
  let open = last && { upTo: last.upTo, count: last.marks, values: valuesOf(last.bits) };
  const close = () => {
    if (open) tables.push({ upTo: open.upTo, count: open.count, bits: textOf(open.values) });
  };
  for (const { name, mode, upTo } of marks) {
    if (!open || open.count >= MARKS_PER_TABLE) {
      close();
      open = { upTo: 0, count: 0, values: new Uint8Array(TABLE_CHARACTERS) };
    }
    const hash = hashOf(name);
    for (let turn = 0; turn < BITS_PER_MARK; turn++) {
      const word = wordOf(hash, mode, turn);
      open.values[placeOf(word)] = (open.values[placeOf(word)] ?? 0) | bitOf(word);
    }
    open.upTo = Math.max(open.upTo, upTo);
    open.count++;
  }
  close();
  return tables;
}

/** Whether the name may be among the folded marks. Its cost does not depend on their number. */
export function mayHold({ bits }: FoldedMarks, hash: NameHash, mode: PurgeMode): boolean {
  for (let turn = 0; turn < BITS_PER_MARK; turn++) {
    const word = wordOf(hash, mode, turn);
    if (((VALUES[bits.charCodeAt(placeOf(word))] ?? 0) & bitOf(word)) === 0) return false;
  }
  return true;
}

/** In place of two tables, one with the bits of both. It says yes more often, and never less. */
function merged(older: FoldedMarks, newer: FoldedMarks): FoldedMarks {
  const others = valuesOf(newer.bits);
  const values = valuesOf(older.bits).map((value, at) => value | (others[at] ?? 0));
  return {
    upTo: Math.max(older.upTo, newer.upTo),
    marks: older.marks + newer.marks,
    bits: textOf(values),
  };
}

/** A soft mark has other bits than a hard one of the same name. */
const wordOf = ({ one, other }: NameHash, mode: PurgeMode, turn: number): number =>
  (one + Math.imul(mode === "soft" ? turn + BITS_PER_MARK : turn, other | 1)) >>> 0;

/** The character in which the bit is, and the bit. */
const placeOf = (word: number): number => word % TABLE_CHARACTERS;
const bitOf = (word: number): number => 1 << (Math.floor(word / TABLE_CHARACTERS) % BITS_PER_CHARACTER);

/** By character code. */
const VALUES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, CHARACTERS.indexOf(String.fromCharCode(code))),
);

const valuesOf = (bits: string): Uint8Array =>
  Uint8Array.from(bits, (character) => VALUES[character.charCodeAt(0)] ?? 0);

const textOf = (values: Uint8Array): string => Array.from(values, (value) => CHARACTERS[value]).join("");

/** As it was stored or received. */
export function isFoldedMarks(value: unknown): value is FoldedMarks {
  if (typeof value !== "object" || value === null) return false;
  const { upTo, marks, bits } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(upTo) &&
    Number.isSafeInteger(marks) &&
    typeof bits === "string" &&
    bits.length === TABLE_CHARACTERS &&
    /^[\w-]*$/.test(bits)
  );
}
