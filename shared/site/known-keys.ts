// Which keys may stand at this place of a site file? Asked only when a key was not known there.
import type { z } from "zod";
import { siteSchema } from "./schema.ts";

type Schema = z.core.$ZodType;

/** The keys of whatever may stand at `path`; of a union those of all its arms. */
export function knownKeysAt(path: readonly PropertyKey[], root: Schema = siteSchema): string[] {
  let places = withoutWrappers(root);
  for (const step of path) places = places.flatMap((place) => below(place, step));
  return [...new Set(places.flatMap(keysOf))];
}

function keysOf(schema: Schema): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === "object" ? Object.keys(def.shape) : [];
}

export function below(schema: Schema, step: PropertyKey): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "object")
    return Object.hasOwn(def.shape, String(step)) ? withoutWrappers(def.shape[String(step)]) : [];
  if (def.type === "record") return withoutWrappers(def.valueType);
  if (def.type === "array") return withoutWrappers(def.element);
  return [];
}

/** What stands inside `optional`, `default`, a transform, and each arm of a union. */
export function withoutWrappers(schema: Schema | undefined): Schema[] {
  if (!schema) return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
      return withoutWrappers(def.innerType);
    case "pipe":
      return withoutWrappers(def.in);
    case "lazy":
      return withoutWrappers(def.getter());
    case "union":
      return def.options.flatMap(withoutWrappers);
    default:
      return [schema];
  }
}
