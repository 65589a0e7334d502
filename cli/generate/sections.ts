// The parts of a site file that get a section of their own: every object with named keys, once, under the shortest path
// that leads to it.
import type { JsonSchema } from "./site-json-schema.ts";

export interface Section {
  /** `routes[].cache.key`; `pools.<name>`; empty for the file itself. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly description: string | undefined;
  readonly example: unknown;
  /** Other places with the same keys. */
  readonly alsoAt: string[];
}

export interface Sections {
  /** In file order: each section comes before those of its keys. */
  readonly list: readonly Section[];
  /** The section that describes this schema, if it has one. */
  of(schema: JsonSchema): Section | undefined;
}

interface Place {
  readonly schema: JsonSchema;
  readonly path: string;
  readonly description: string | undefined;
  readonly example: unknown;
  /** Its position among its neighbours, from the top. */
  readonly rank: readonly number[];
}

export function sectionsOf(root: JsonSchema): Sections {
  const found = new Map<string, { section: Section; rank: readonly number[] }>();
  let level: Place[] = [{ schema: root, path: "", description: undefined, example: undefined, rank: [] }];
  while (level.length > 0) {
    level = level.flatMap((place) => {
      const told = completed(place, root);
      if (!told.schema.properties) return placesBelow(told);
      const shape = shapeOf(told.schema);
      const before = found.get(shape)?.section;
      if (!before) {
        found.set(shape, { section: { ...told, alsoAt: [] }, rank: place.rank });
        return placesBelow(told);
      }
      // A match within a match is not listed.
      if (before.path === "" || !place.path.startsWith(before.path)) before.alsoAt.push(place.path);
      return [];
    });
  }
  return {
    list: [...found.values()].sort((a, b) => compareRanks(a.rank, b.rank)).map(({ section }) => section),
    of: (schema) => found.get(shapeOf(resolved(schema, root)))?.section,
  };
}

/** The description of the place, of the schema itself, or of the union that it is an arm of: the nearest one counts. */
function completed(place: Place, root: JsonSchema): Place {
  const schema = resolved(place.schema, root);
  const example = [...(place.schema.examples ?? []), ...(schema.examples ?? [])].find(isObject);
  return {
    ...place,
    schema,
    description: place.schema.description ?? schema.description ?? place.description,
    example: example ?? place.example,
  };
}

function placesBelow({ schema, path, description, example, rank }: Place): Place[] {
  const nowhere = { description: undefined, example: undefined };
  const properties = Object.entries(schema.properties ?? {}).map(([key, property], index) => ({
    ...nowhere,
    schema: property,
    path: path === "" ? key : `${path}.${key}`,
    rank: [...rank, index],
  }));
  const arms = (schema.anyOf ?? []).map((arm) => ({ schema: arm, path, description, example, rank }));
  const items = schema.items ? [{ ...nowhere, schema: schema.items, path: `${path}[]`, rank }] : [];
  const named =
    typeof schema.additionalProperties === "object"
      ? [{ ...nowhere, schema: schema.additionalProperties, path: `${path}.<name>`, rank }]
      : [];
  return [...properties, ...arms, ...items, ...named];
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace("#/$defs/", "");
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

/** Two objects with the same keys share one section, whatever each place says about them. */
const shapeOf = ({ properties }: JsonSchema): string => JSON.stringify(properties ?? null);

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
