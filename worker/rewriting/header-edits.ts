// Header fields that a site, and then a route, sets, adds or removes.
import type { HeaderEditsConfig } from "../../shared/site/schema.ts";
import { usualSpelling } from "../routing/field-spellings.ts";
import { compileValue, fillField, type Known, type Value } from "./value.ts";

export interface HeaderEdits {
  /** Applied in this order, so that a later one can undo what an earlier one did. */
  readonly layers: readonly EditLayer[];
  readonly edited: ReadonlySet<string>;
  /** The names of the fields that are edited or counted on, by their usual spelling. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

interface EditLayer {
  readonly remove: readonly string[];
  readonly set: readonly Field[];
  readonly add: readonly Field[];
}

interface Field {
  readonly name: string;
  readonly value: Value;
}

export interface GivenLayer {
  readonly edits: HeaderEditsConfig | undefined;
  /** What the values of this layer may ask of the matched path. */
  readonly captures?: ReadonlySet<string>;
}

/**
 * The platform's are done before, then these in turn. Null where nothing is to be done per request. `alsoNamed` are
 * further fields that tell responses apart.
 */
export function compileHeaderEdits(
  given: readonly GivenLayer[],
  alsoNamed: readonly string[] = [],
): HeaderEdits | null {
  const layers = given.flatMap(({ edits, captures }): EditLayer[] => {
    if (!edits) return [];
    const { remove } = edits;
    return [{ remove, set: fieldsOf(edits.set, captures), add: fieldsOf(edits.add, captures) }];
  });
  const names = new Map<string, Set<string>>();
  const edited = layers.flatMap(({ remove, set, add }) => [
    ...remove,
    ...[...set, ...add].map(({ name }) => name),
  ]);
  for (const name of [...edited, ...alsoNamed]) {
    const usual = usualSpelling(name);
    names.set(usual, (names.get(usual) ?? new Set()).add(name));
  }
  return names.size > 0 ? { layers, edited: new Set(edited), names } : null;
}

const fieldsOf = (
  config: Readonly<Record<string, string>>,
  captures: ReadonlySet<string> | undefined,
): Field[] => Object.entries(config).map(([name, value]) => ({ name, value: compileValue(value, captures) }));

/** Within a layer: remove, set, add. A value that is not known is no value: the field is left out, and so is the client's. */
export function editHeaders(headers: Headers, edits: HeaderEdits | null, known: Known): void {
  if (!edits) return;
  for (const { remove, set, add } of edits.layers) {
    for (const name of remove) headers.delete(name);
    for (const { name, value } of set) {
      const filled = fillField(value, known);
      if (filled === undefined) headers.delete(name);
      else headers.set(name, filled);
    }
    for (const { name, value } of add) {
      const filled = fillField(value, known);
      if (filled !== undefined) headers.append(name, filled);
    }
  }
}

/** Whether nothing is left of what the field was before. */
export function replaces(edits: HeaderEdits | null, name: string): boolean {
  return (
    edits?.layers.some(
      ({ remove, set }) => remove.includes(name) || set.some((field) => field.name === name),
    ) ?? false
  );
}

/** `x_user` beside the `x-user` that the site writes: an origin that reads both as one must not meet the client's. */
export function isOtherSpelling(field: string, edits: HeaderEdits | null): boolean {
  if (!edits) return false;
  const names = edits.names.get(usualSpelling(field));
  return names !== undefined && !names.has(field);
}
