// Faults in the values of a site file that would be lost when it is parsed: Zod silently drops a key called
// `__proto__`, and of two spellings of one header it keeps the last.
import * as z from "../zod.ts";
import { below, withoutWrappers } from "./known-keys.ts";
import { type Problem, problemAt } from "./problem.ts";
import { siteSchema } from "./schema.ts";

type Keys = readonly PropertyKey[];
type Schema = z.core.$ZodType;

export function rawFaults(value: unknown): Problem[] {
  return faultsIn(value, [], withoutWrappers(siteSchema));
}

/** `places` are the schemas allowed here. */
function faultsIn(value: unknown, keys: Keys, places: readonly Schema[]): Problem[] {
  if (typeof value === "string") return value.isWellFormed() ? [] : [halfCharacter(keys, false)];
  if (typeof value !== "object" || value === null) return [];
  const inside = (step: PropertyKey, part: unknown) =>
    faultsIn(
      part,
      [...keys, step],
      places.flatMap((place) => below(place, step)),
    );
  if (Array.isArray(value)) return value.flatMap((part, index) => inside(index, part));
  return [
    ...Object.keys(value).flatMap((name) => faultsOfName(name, keys)),
    ...places.flatMap((place) => spelledTwice(Object.keys(value), keys, place)),
    ...Object.entries(value).flatMap(([name, part]) => inside(name, part)),
  ];
}

function faultsOfName(name: string, keys: Keys): Problem[] {
  if (name === "__proto__") {
    const message = "is reserved by JavaScript, so no key can have it; remove it";
    return [problemAt([...keys, name], message, { atKey: true })];
  }
  return name.isWellFormed() ? [] : [halfCharacter([...keys, name], true)];
}

/** A lone surrogate, which only an escape in JSON or YAML can produce. No encoding has bytes for it. */
const halfCharacter = (keys: Keys, atKey: boolean): Problem =>
  problemAt(keys, "contains a lone surrogate (\\ud800 to \\udfff), which cannot be sent; remove it", {
    atKey,
  });

/** For names that are converted to lower case, such as those of headers. */
function spelledTwice(names: readonly string[], keys: Keys, place: Schema): Problem[] {
  const { def } = (place as z.core.$ZodTypes)._zod;
  if (def.type !== "record") return [];
  const first = new Map<string, string>();
  return names.flatMap((name) => {
    const read = z.safeParse(def.keyType, name);
    if (!read.success) return [];
    const before = first.get(String(read.data));
    if (before === undefined) {
      first.set(String(read.data), name);
      return [];
    }
    const message = `is \`${before}\` again: such names are not case-sensitive; keep one of them`;
    return [problemAt([...keys, name], message, { atKey: true })];
  });
}
