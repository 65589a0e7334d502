// Reads `_headers`: a path, and below it, indented, the fields that its files get. All rules that match apply, in their order.
import { shortHash } from "../../shared/short-hash.ts";
import { type Captures, compilePathTable, type PathTable } from "../routing/path-table.ts";
import { linesOf, MAX_RULES, patternOf, type RuleFault } from "./rule-lines.ts";

export interface FieldRules {
  readonly table: PathTable<readonly FieldRule[]>;
  readonly faults: readonly RuleFault[];
}

/** `value` is null if the field is removed. */
export interface FieldRule {
  readonly name: string;
  readonly value: string | null;
}

export function readFieldRules(text: string): FieldRules {
  const faults: RuleFault[] = [];
  const rules: { readonly patterns: readonly string[]; readonly value: FieldRule[] }[] = [];
  let current: FieldRule[] | undefined;
  for (const { line, text: written } of linesOf(text)) {
    if (/^(?:\/|https?:\/\/)/.test(written)) {
      current = [];
      const pattern =
        rules.length < MAX_RULES ? patternOf(written) : new Error(`there are more than ${MAX_RULES} rules`);
      if (pattern instanceof Error) faults.push({ line, message: pattern.message });
      else rules.push({ patterns: [pattern], value: current });
      continue;
    }
    const field = readField(written);
    if (field instanceof Error) faults.push({ line, message: field.message });
    else if (!current) faults.push({ line, message: "no path stands above this field" });
    else current.push(field);
  }
  return { table: compilePathTable(rules), faults };
}

/** What the rules say of one path, by the name of the field; null if it is taken away. */
export type GivenFields = ReadonlyMap<string, readonly string[] | null>;

export function fieldsFor({ table }: FieldRules, path: string): GivenFields {
  const given = new Map<string, string[] | null>();
  for (const { value: fields, captures } of table.match(path))
    for (const { name, value } of fields)
      given.set(name, value === null ? null : [...(given.get(name) ?? []), filled(value, captures())]);
  return given;
}

/** A field that several rules give is joined by a comma, as Cloudflare and Netlify do, and replaces that of the edge. */
export function giveFields(given: GivenFields, headers: Headers): void {
  for (const [name, values] of given) {
    if (values === null) headers.delete(name);
    else if (name !== "set-cookie") headers.set(name, values.join(", "));
    else for (const value of values) headers.append(name, value);
  }
}

/** Belongs into the entity tag: a 304 can change the fields of a stored answer, but cannot take one away (RFC 9111 §3.2). */
export const markOf = (given: GivenFields): string =>
  given.size === 0 ? "" : `-${shortHash(JSON.stringify([...given]))}`;

const filled = (value: string, captures: Captures): string =>
  value.replace(/:([A-Za-z]\w*)/g, (written, name: string) => {
    const capture = name === "splat" ? "*" : name;
    return Object.hasOwn(captures, capture) ? String(captures[capture]) : written;
  });

function readField(written: string): FieldRule | Error {
  const [, removed] = /^!\s*(\S+)$/.exec(written) ?? [];
  const [, name = removed ?? "", value = null] = /^([^\s:]+)\s*:\s*(.*)$/.exec(written) ?? [];
  const lower = name.toLowerCase();
  if (!FIELD_NAME.test(lower)) return new Error("a field is a name, a colon and a value, or ! and a name");
  if (OF_THE_MESSAGE.has(lower))
    return new Error(`${name} follows from the file and the connection, and cannot be set`);
  if (value !== null && !FIELD_VALUE.test(value))
    return new Error(`the value of ${name} has a character that no field may have`);
  return { name: lower, value };
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/** RFC 9110 §7.6.1 and §8.6, and what conditions and ranges depend on. */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([
  "accept-ranges",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "date",
  "etag",
  "keep-alive",
  "last-modified",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "vary",
]);
