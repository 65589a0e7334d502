// Which bytes does a Range field ask for, and are they stored? RFC 9110 §14.
import type { Part } from "../entry.ts";

/** One requested range: two positions, an open end, or a number of bytes from the end. */
export type RangeSpec =
  | { readonly kind: "from"; readonly first: number; readonly last: number | undefined }
  | { readonly kind: "suffix"; readonly length: number };

/** A run of the stored bytes, and its position in the whole representation. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly first: number;
}

export type Selection =
  | { readonly kind: "stretches"; readonly stretches: readonly Stretch[] }
  /** None of the ranges overlaps the representation: 416. */
  | { readonly kind: "unsatisfiable" }
  /** Not all requested bytes are stored. */
  | { readonly kind: "not-held" };

/** No player asks for more ranges. More of them indicate an attack (RFC 9110 §17.15), and the whole is sent instead. */
const MAX_RANGES = 16;

const UNIT = "bytes=";
const SPEC = /^(\d{1,15})?-(\d{1,15})?$/;

/** Undefined if the field must be ignored: another unit, invalid syntax, or too many ranges. */
export function parseRange(field: string | null): RangeSpec[] | undefined {
  if (!field?.toLowerCase().startsWith(UNIT)) return undefined;
  const specs: RangeSpec[] = [];
  for (const item of field.slice(UNIT.length).split(",")) {
    const text = item.trim();
    if (text === "") continue;
    const [, first, last] = SPEC.exec(text) ?? [];
    if (first === undefined && last === undefined) return undefined;
    if (first === undefined) specs.push({ kind: "suffix", length: Number(last) });
    else if (Number(last) < Number(first))
      return undefined; // an open end is NaN, and less than nothing
    else
      specs.push({ kind: "from", first: Number(first), last: last === undefined ? undefined : Number(last) });
  }
  return specs.length > 0 && specs.length <= MAX_RANGES ? specs : undefined;
}

/** The range that a complete response holds. */
export function wholeOf(length: number): Part {
  return { first: 0, length, complete: length };
}

export function selectRanges(specs: readonly RangeSpec[], held: Part): Selection {
  const satisfiable = specs.filter((spec) =>
    spec.kind === "suffix" ? spec.length > 0 && held.complete > 0 : spec.first < held.complete,
  );
  if (satisfiable.length === 0) return { kind: "unsatisfiable" };
  const stretches: Stretch[] = [];
  for (const spec of satisfiable) {
    const stretch = spec.kind === "suffix" ? suffix(spec.length, held) : between(spec.first, spec.last, held);
    if (!stretch) return { kind: "not-held" };
    stretches.push(stretch);
  }
  return overlap(stretches)
    ? { kind: "stretches", stretches: [span(stretches)] }
    : { kind: "stretches", stretches };
}

export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly complete: number;
}

/** `bytes 0-4/10`; undefined if the complete length is unknown. */
export function parseContentRange(field: string | null): ContentRange | undefined {
  const match = field?.match(/^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i);
  if (!match) return undefined;
  const [first, last, complete] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return first <= last && last < complete ? { first, last, complete } : undefined;
}

export function formatContentRange({ first, length }: Stretch, complete: number): string {
  return `bytes ${first}-${first + length - 1}/${complete}`;
}

/** A range that is open, or that ends beyond the representation, ends with it. */
function between(first: number, last: number | undefined, held: Part): Stretch | undefined {
  const offset = first - held.first;
  const length = Math.min(last ?? Number.POSITIVE_INFINITY, held.complete - 1) - first + 1;
  return offset >= 0 && offset + length <= held.length ? { offset, length, first } : undefined;
}

function suffix(wanted: number, held: Part): Stretch | undefined {
  if (held.first + held.length !== held.complete) return undefined;
  const length = Math.min(wanted, held.complete);
  if (length > held.length) return undefined;
  return { offset: held.length - length, length, first: held.complete - length };
}

/** Overlapping ranges make a small request produce a large response. They are answered as one (RFC 9110 §15.3.7.2). */
function overlap(stretches: readonly Stretch[]): boolean {
  const sorted = [...stretches].sort((a, b) => a.offset - b.offset);
  return sorted.some((stretch, index) => {
    const before = sorted[index - 1];
    return before !== undefined && stretch.offset < before.offset + before.length;
  });
}

function span(stretches: readonly Stretch[]): Stretch {
  const offset = Math.min(...stretches.map((stretch) => stretch.offset));
  const end = Math.max(...stretches.map((stretch) => stretch.offset + stretch.length));
  const first = Math.min(...stretches.map((stretch) => stretch.first));
  return { offset, length: end - offset, first };
}
