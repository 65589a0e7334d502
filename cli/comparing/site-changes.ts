// What changes from one version of a site to another? Pure. The parsed sites are compared, so that a default that is written out is
// no change. Routes, pools and origins are known by their ids. Values are shown as they are written in the file.
import type { Site } from "../../shared/site/schema.ts";
import { inItsUnit } from "./in-its-unit.ts";

export interface ComparedSite {
  readonly site: Site;
  /** The values of the file. */
  readonly json: string;
}

export interface SiteChange {
  /** Keys from the top, with ids in place of indexes. */
  readonly path: readonly string[];
  readonly change: "added" | "removed" | "changed" | "reordered";
  /** As it is written; undefined if it is not there. */
  readonly before?: string;
  readonly after?: string;
}

interface Side {
  readonly parsed: unknown;
  readonly written: unknown;
}

export function changesBetween(a: ComparedSite, b: ComparedSite): SiteChange[] {
  const [before, after] = [a, b].map(({ site, json }) => ({
    parsed: site,
    written: JSON.parse(json) as unknown,
  }));
  return before && after ? compare([], before, after) : [];
}

function compare(path: readonly string[], a: Side, b: Side): SiteChange[] {
  if (JSON.stringify(a.parsed) === JSON.stringify(b.parsed)) return [];
  if (a.parsed === undefined) return [{ path, change: "added", after: shown(b) }];
  if (b.parsed === undefined) return [{ path, change: "removed", before: shown(a) }];
  if (areNamed(a.parsed) && areNamed(b.parsed)) return compareNamed(path, a, b);
  if (areTexts(a.parsed) && areTexts(b.parsed)) return compareTexts(path, a.parsed, b.parsed);
  if (isObject(a.parsed) && isObject(b.parsed)) {
    const keys = [...new Set([...Object.keys(a.parsed), ...Object.keys(b.parsed)])];
    return keys.flatMap((key) => compare([...path, key], at(a, key), at(b, key)));
  }
  return [{ path, change: "changed", before: shown(a, b), after: shown(b, a) }];
}

type Named = { readonly id: string };

/** In a list of routes the order counts: the first that matches takes the request. */
function compareNamed(path: readonly string[], a: Side, b: Side): SiteChange[] {
  const [before, after] = [a, b].map(({ parsed }) => (parsed as Named[]).map(({ id }) => id));
  if (!before || !after) return [];
  const ids = [...new Set([...before, ...after])];
  const common = (list: readonly string[]) =>
    list.filter((id) => before.includes(id) && after.includes(id)).join(", ");
  const isReordered = common(before) !== common(after);
  return [
    ...ids.flatMap((id) => compare([...path, id], named(a, id), named(b, id))),
    ...(isReordered
      ? [{ path, change: "reordered" as const, before: common(before), after: common(after) }]
      : []),
  ];
}

function compareTexts(path: readonly string[], a: readonly string[], b: readonly string[]): SiteChange[] {
  const added = b
    .filter((text) => !a.includes(text))
    .map((after) => ({ path, change: "added" as const, after }));
  const removed = a
    .filter((text) => !b.includes(text))
    .map((before) => ({ path, change: "removed" as const, before }));
  return added.length + removed.length > 0
    ? [...removed, ...added]
    : [{ path, change: "reordered", before: a.join(", "), after: b.join(", ") }];
}

const at = ({ parsed, written }: Side, key: string): Side => ({
  parsed: isObject(parsed) && Object.hasOwn(parsed, key) ? parsed[key] : undefined,
  written: isObject(written) && Object.hasOwn(written, key) ? written[key] : undefined,
});

const named = ({ parsed, written }: Side, id: string): Side => ({
  parsed: ofId(parsed, id),
  written: ofId(written, id),
});

const ofId = (list: unknown, id: string): unknown =>
  Array.isArray(list) ? list.find((one) => (one as Named | null)?.id === id) : undefined;

function shown({ parsed, written }: Side, other?: Side): string {
  const value = written === undefined ? parsed : written;
  if (written === undefined && typeof value === "number")
    return `${inItsUnit(value, other?.written)} (the default)`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return written === undefined ? `${text} (the default)` : text;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const areNamed = (value: unknown): value is Named[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => isObject(one) && typeof one.id === "string");

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
