// Header fields that a site sets, adds or removes.
import type { HeaderEditsConfig } from "../../shared/site/schema.ts";

export interface HeaderEdits {
  readonly remove: readonly string[];
  readonly set: readonly Field[];
  readonly add: readonly Field[];
}

interface Field {
  readonly name: string;
  readonly value: string;
}

/** The site's edits, then the route's; null where there are none, so that nothing is done per request. */
export function compileHeaderEdits(layers: readonly (HeaderEditsConfig | undefined)[]): HeaderEdits | null {
  const given = layers.filter((layer) => layer !== undefined);
  const edits = {
    remove: given.flatMap((layer) => layer.remove),
    set: given.flatMap((layer) => fieldsOf(layer.set)),
    add: given.flatMap((layer) => fieldsOf(layer.add)),
  };
  return edits.remove.length + edits.set.length + edits.add.length > 0 ? edits : null;
}

const fieldsOf = (config: Readonly<Record<string, string>>): Field[] =>
  Object.entries(config).map(([name, value]) => ({ name, value }));

export function editHeaders(headers: Headers, edits: HeaderEdits | null): void {
  if (!edits) return;
  for (const name of edits.remove) headers.delete(name);
  for (const { name, value } of edits.set) headers.set(name, value);
  for (const { name, value } of edits.add) headers.append(name, value);
}
