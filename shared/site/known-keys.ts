// Which keys are allowed at this place in a site file? Needed only when an unknown key was found there.
import type * as z from "../zod.ts";
import { siteSchema } from "./schema.ts";

type Schema = z.core.$ZodType;

/** The keys of everything allowed at `path`; for a union, the keys of all its arms. */
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

/** The schemas inside `optional`, `default` and transforms, and each arm of a union. */
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
