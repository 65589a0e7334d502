// The values allowed under a key, in words and as Markdown: "duration", "`off` or [cache rules](#…)", "list of `GET`,
// `POST`".
import type { Section, Sections } from "./sections.ts";
import type { JsonSchema } from "./site-json-schema.ts";

export function typeWords(schema: JsonSchema, sections: Sections): string {
  const section = sections.of(schema);
  if (section) return `[keys](${linkTo(section)})`;
  if (schema.title !== undefined) return schema.title;
  if (schema.anyOf) return anyOfWords(schema.anyOf, sections);
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return either(schema.enum.map(code));
  if (Array.isArray(schema.type)) return either(schema.type.map((type) => typeWords({ type }, sections)));
  if (schema.type === "array") return `list of ${typeWords(schema.items ?? {}, sections)}`;
  if (typeof schema.additionalProperties === "object") {
    return `${schema.propertyNames?.title ?? "name"}: ${typeWords(schema.additionalProperties, sections)}`;
  }
  if (schema.type === "integer" || schema.type === "number") return numberWords(schema);
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "string") return schema.format === "uri" ? "URL" : "string";
  return schema.type === "null" ? "`null`" : "anything";
}

export function linkTo({ path }: Section): string {
  return `#${titleOf(path)
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-")}`;
}

const titleOf = (path: string): string => (path === "" ? "The file" : path);

/** As code, because a bare `<name>` would be an HTML tag. */
export const headingOf = (path: string): string => (path === "" ? titleOf(path) : code(path));

export const code = (value: unknown): string =>
  `\`${typeof value === "string" && value !== "" ? value : JSON.stringify(value)}\``;

function anyOfWords(arms: readonly JsonSchema[], sections: Sections): string {
  const words = arms.map((arm) => typeWords(arm, sections));
  const [one = "", list] = words;
  if (words.length === 2 && list === `list of ${one}`) return `${one}, or a list`;
  return either(words.flatMap((word) => word.split(" or ").flatMap((part) => part.split(", "))));
}

function numberWords({ type, minimum, maximum }: JsonSchema): string {
  const name = type === "integer" ? "whole number" : "number";
  const to = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const from = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  if (from !== undefined && to !== undefined) return `${name}, ${from} to ${to}`;
  return from === undefined ? name : `${name}, at least ${from}`;
}

function either(words: readonly string[]): string {
  const all = [...new Set(words)];
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} or ${all.at(-1)}` : (all[0] ?? "");
}
