// Header fields that a site, and then a route, sets, adds or removes.
import type { HeaderEditsConfig } from "../../shared/site/schema.ts";
import { usualSpelling } from "../routing/spellings.ts";
import { compileValue, fillField, hasSecret, type Known, type Value } from "./value.ts";

export interface HeaderEdits {
  /** Applied in this order, so that a later layer can undo an earlier one. */
  readonly layers: readonly EditLayer[];
  readonly edited: ReadonlySet<string>;
  /** The fields that are edited or that the cache reads, grouped by their usual spelling. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those whose values have a secret in them; null if there are none. */
  readonly withSecrets: readonly string[] | null;
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
  /** The captures of the matched path that the values of this layer may use. */
  readonly captures?: ReadonlySet<string>;
}

/**
 * The platform's edits come first, then these in order. Null if there is nothing to do per request. `alsoNamed` are
 * further fields by which responses are distinguished.
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
  const secret = layers.flatMap(({ set, add }) =>
    [...set, ...add].flatMap(({ name, value }) => (hasSecret(value) ? [name] : [])),
  );
  const withSecrets = secret.length > 0 ? [...new Set(secret)] : null;
  return names.size > 0 ? { layers, edited: new Set(edited), names, withSecrets } : null;
}

const fieldsOf = (
  config: Readonly<Record<string, string>>,
  captures: ReadonlySet<string> | undefined,
): Field[] => Object.entries(config).map(([name, value]) => ({ name, value: compileValue(value, captures) }));

/**
 * Within a layer: remove, set, add. If a value is unknown, the field is left out, and the client's own field is removed
 * too.
 */
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

/** Whether nothing remains of the field's previous value. */
export function replaces(edits: HeaderEdits | null | undefined, name: string): boolean {
  return (
    edits?.layers.some(
      ({ remove, set }) => remove.includes(name) || set.some((field) => field.name === name),
    ) ?? false
  );
}

/** `x_user` beside the `x-user` that the site writes: an origin that treats both as one must not see the client's. */
export function isOtherSpelling(field: string, edits: HeaderEdits | null): boolean {
  if (!edits) return false;
  const names = edits.names.get(usualSpelling(field));
  return names !== undefined && !names.has(field);
}
