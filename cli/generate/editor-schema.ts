// The schema as editors read it: shared/site.schema.json. Every JSON Schema validator accepts it in its strict mode, and it
// says what editors can show.
import { Document, visit } from "yaml";
import { KEYS_AT } from "./key-rules.ts";
import type { JsonSchema } from "./site-json-schema.ts";
import { BY_TITLE, TEXT_AT } from "./text-patterns.ts";

/** A name and not a location: the file comes with the package, in the version that checks the sites. */
const ID = "urn:headgate:site-file";

export function editorSchema(schema: JsonSchema): object {
  const { $schema, title: _title, ...rest } = schema;
  const { $defs, ...adapted } = adaptedAt(rest, "");
  const defs = Object.entries($defs ?? {}).map(([name, def]) => [name, adaptedAt(def, name)]);
  return { ...($schema !== undefined && { $schema }), $id: ID, ...adapted, $defs: Object.fromEntries(defs) };
}

/** `place` as in docs/configuration.md: `routes[].redirect.to`. */
function adaptedAt(schema: JsonSchema, place: string): JsonSchema {
  const { format: _format, ...inside } = withParts(schema, (part, step) =>
    adaptedAt(part, joined(place, step)),
  );
  return constrained(withShownExamples(withOneEnum(inside)), place);
}

const joined = (place: string, step: string): string =>
  place === "" || step.startsWith("[") || step === "" ? place + step : `${place}.${step}`;

/** Each schema below this one, replaced. Formats are left out: the patterns beside them say the same in every validator. */
function withParts(schema: JsonSchema, adapt: (part: JsonSchema, step: string) => JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, propertyNames, anyOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, part]) => [key, adapt(part, key)]),
      ),
    }),
    ...(items && { items: adapt(items, "[]") }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: adapt(additionalProperties, "<name>"),
    }),
    ...(propertyNames && { propertyNames: adapt(propertyNames, "<key>") }),
    ...(anyOf && { anyOf: anyOf.map((arm) => adapt(arm, "")) }),
  };
}

/** Several lists of words are one list: an editor would show each of them under a title of its own. */
function withOneEnum(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  const words = anyOf?.map((arm) => arm.enum ?? (arm.const === undefined ? undefined : [arm.const]));
  if (!words?.every((arm) => arm !== undefined)) return schema;
  return { ...rest, enum: words.flat() };
}

/** An editor offers examples to choose from, by name; a set of keys has none, and is offered as `[object Object]`. */
function withShownExamples(schema: JsonSchema): JsonSchema {
  const { examples, ...rest } = schema;
  const shown = examples?.find((example) => typeof example === "object");
  if (shown === undefined) return schema;
  const words = [rest.description, `Example: ${inFlow(shown)}`].filter((part) => part !== undefined);
  const offered = examples?.filter((example) => typeof example !== "object") ?? [];
  return { ...rest, description: words.join("\n\n"), ...(offered.length > 0 && { examples: offered }) };
}

/** In one line of YAML. */
function inFlow(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Collection: (_key, node) => {
      node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 }).trimEnd();
}

/** A keyword that the schema has already keeps its own value. */
function constrained(schema: JsonSchema, place: string): JsonSchema {
  const ofTitle = BY_TITLE[schema.title ?? ""];
  const { anyOf, ...rest } = schema;
  const titled = ofTitle ? { ...rest, ...ofTitle } : schema; // a text has one pattern, not one for each of its forms
  const ofPlace = TEXT_AT[place] ?? KEYS_AT[place];
  if (!ofPlace) return titled as JsonSchema;
  const isFree = Object.keys(ofPlace).every((key) => !(key in titled));
  return { ...titled, ...(isFree ? ofPlace : { allOf: [ofPlace] }) } as JsonSchema;
}
