// The messages for faults of the file's shape. Zod reports what it expected; here that becomes a partial sentence which
// follows the path: `routes[0].id  is missing; write a string`.
import * as z from "../zod.ts";
import { didYouMean } from "./did-you-mean.ts";
import { withoutWrappers } from "./known-keys.ts";

/** For `safeParse`. A message given in the schema itself takes precedence. */
export function wording(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.input, expectedKind(String(issue.expected)));
    case "invalid_value":
      return noneOf(issue.input, (issue.values as unknown[]).map(quoted));
    case "invalid_union":
      return noneOf(issue.input, accepted(issue.inst as z.core.$ZodType | undefined));
    case "too_small":
      return isCounted(issue.origin) ? "is empty" : `must be at least ${issue.minimum}`;
    case "too_big":
      return isCounted(issue.origin) ? `is longer than ${issue.maximum}` : `must be at most ${issue.maximum}`;
    case "invalid_format":
      return `is not written as ${article(String(issue.format))}`;
    default:
      return "is not accepted here";
  }
}

function wrongType(input: unknown, expected: string): string {
  if (input === undefined) return `is missing; write ${expected}`;
  if (input === null) return `is empty; write ${expected}`;
  const wrong = `is ${kindOf(input)}, not ${expected}`;
  if (expected === "a string" && typeof input !== "object") {
    return `${wrong}; ${inQuotes(input)}`;
  }
  if (
    expected.endsWith("number") &&
    typeof input === "string" &&
    input.trim() !== "" &&
    !Number.isNaN(+input)
  )
    return `${wrong}; remove the quotes`;
  if (expected === "true or false" && (input === "true" || input === "false"))
    return `${wrong}; remove the quotes`;
  const slip = missingSpace(input, expected);
  return slip === undefined ? wrong : `${wrong}; ${slip}`;
}

/** Without the space, `-a` and `key:value` are strings in YAML. */
function missingSpace(input: unknown, expected: string): string | undefined {
  const text = typeof input === "object" ? Object.keys(input ?? {})[0] : input;
  if (typeof text !== "string") return undefined;
  const [, item] = /^-([^\s-]\S*)/.exec(text) ?? [];
  if (expected === "a list" && item !== undefined) return `write a space after the dash: \`- ${item}\``;
  if (expected !== "a set of keys" || typeof input !== "string") return undefined;
  const [, key] = /^([\w.$-]+):(?!\/\/)\S/.exec(text) ?? [];
  return key === undefined ? "write `key: value`" : `write a space after the colon: \`${key}: …\``;
}

function noneOf(input: unknown, accepts: readonly string[]): string {
  const all = [...new Set(accepts)];
  const choice = [all.slice(0, -1).join(", "), all.at(-1)].filter(Boolean).join(" or ");
  if (input === undefined) return `is missing; write ${choice}`;
  if (input === null) return `is empty; write ${choice}`;
  // Spelled like one of the choices, but of another type.
  if (typeof input !== "object" && all.includes(quoted(input)))
    return typeof input === "string"
      ? "is a string here, because it is in quotes; remove the quotes"
      : `is ${kindOf(input)}, not a string; ${inQuotes(input)}`;
  const words = all.filter((one) => one.startsWith("`")).map((one) => one.slice(1, -1));
  const meant = typeof input === "string" ? didYouMean(input, words) : undefined;
  const hint = meant ?? (typeof input === "number" && all.includes("a string") ? inQuotes(input) : undefined);
  const what = typeof input === "object" ? kindOf(input) : quoted(input);
  return `is ${what}; write ${choice}${hint ? `; ${hint}` : ""}`;
}

/** ``["`off`", "a set of keys"]``: what a union accepts, in words. */
function accepted(union: z.core.$ZodType | undefined): string[] {
  return withoutWrappers(union).flatMap((arm): string[] => {
    const title = z.globalRegistry.get(arm as z.ZodType)?.title;
    if (title !== undefined) return [article(title)];
    const { def } = (arm as z.core.$ZodTypes)._zod;
    switch (def.type) {
      case "literal":
        return def.values.map(quoted);
      case "enum":
        return Object.values(def.entries).map(quoted);
      case "object":
        return [`a set of keys (${Object.keys(def.shape).join(", ")})`];
      default:
        return [expectedKind(def.type)];
    }
  });
}

function kindOf(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) return `\`${value}\``;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a set of keys";
  if (typeof value === "string") return "a string";
  if (typeof value === "boolean") return `\`${value}\``;
  return "a number";
}

function expectedKind(type: string): string {
  switch (type) {
    case "int":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
    case "record":
      return "a set of keys";
    default:
      return article(type);
  }
}

const isCounted = (origin: unknown): boolean => origin !== "number" && origin !== "int";
const inQuotes = (value: unknown): string => `in quotes it is a string: "${String(value)}"`;
const quoted = (value: unknown): string => `\`${String(value)}\``;
const article = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
