// docs/configuration.md: every key of a site file with its type, its default and what it means.
import { Document, visit } from "yaml";
import { type Section, type Sections, sectionsOf } from "./sections.ts";
import type { JsonSchema } from "./site-json-schema.ts";
import { code, headingOf, linkTo, typeWords } from "./type-words.ts";

const INTRODUCTION = `# The site file

<!-- Made by \`npm run generate\` from the schema in shared/site/. Change it there. -->

One file for each site, in YAML or JSON. Durations are written \`500ms\`, \`30s\`, \`5m\`, \`1h\` or \`7d\`, sizes \`512B\`,
\`64KiB\`, \`10MiB\` or \`1GiB\`. A key that is not listed here is an error. \`headgate check\` tells everything that is
wrong with a file at once, with line and column.

For an editor that completes and checks as you type, begin the file with

\`\`\`text
# yaml-language-server: $schema=../shared/site.schema.json
\`\`\`

The schema (JSON Schema 2020-12) refuses what \`headgate check\` refuses, except for what depends on other parts of the file, the
bounds of durations and sizes, and the expressions in path patterns.

In YAML a string that begins with \`*\` needs quotes: \`hosts: ["*.example.com"]\`.
`;

export function configurationPage(schema: JsonSchema): string {
  const sections = sectionsOf(schema);
  const contents = sections.list.map(
    (section) => `${"  ".repeat(depthOf(section))}- [${headingOf(section.path)}](${linkTo(section)})`,
  );
  const texts = sections.list.map((section) => sectionText(section, sections));
  return [INTRODUCTION, `${contents.join("\n")}\n`, ...texts].join("\n");
}

const depthOf = ({ path }: Section): number =>
  path === "" ? 0 : path.replaceAll(".<name>", "").split(".").length;

function sectionText(section: Section, sections: Sections): string {
  const { path, schema, description, example, alsoAt } = section;
  const parts = [`## ${headingOf(path)}`];
  if (description !== undefined) parts.push(asMarkdown(description));
  if (alsoAt.length > 0) parts.push(`The same keys stand under ${alsoAt.map(code).join(", ")}.`);
  if (example !== undefined) parts.push(`\`\`\`yaml\n${yamlExample(path, example)}\n\`\`\``);
  parts.push(keyTable(schema, sections));
  return `${parts.join("\n\n")}\n`;
}

function keyTable(schema: JsonSchema, sections: Sections): string {
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    [
      code(key),
      typeWords(property, sections),
      defaultWords(key, property, schema),
      meaning(property, sections),
    ]
      .map((cell) => cell.replaceAll("|", "\\|"))
      .join(" | "),
  );
  return [
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

function defaultWords(key: string, property: JsonSchema, parent: JsonSchema): string {
  if (parent.required?.includes(key)) return "required";
  const value = property.default;
  if (value === undefined || isEmptyObject(value)) return "";
  return Array.isArray(value) ? (value.length === 0 ? "none" : value.map(code).join(" ")) : code(value);
}

function meaning(property: JsonSchema, sections: Sections): string {
  const told =
    property.description ?? sections.of(property)?.description ?? property.items?.description ?? "";
  return asMarkdown(told);
}

const asMarkdown = (text: string): string =>
  text
    .replace(/\b(danger): /gi, (_, word: string) => `**${word}:** `)
    .replace(/(^|[\s(])\*(?=[\s,.)])/g, "$1\\*");

const isEmptyObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** A value that fits into this length is written on one line. */
const FLOW_LENGTH = 64;

/** With the keys that lead to it: `pools.<name>.retry` and `{ attempts: 2 }` → the complete path from the first key of the file. */
function yamlExample(path: string, example: unknown): string {
  const document = new Document(example);
  visit(document, {
    Collection(_key, node) {
      if (JSON.stringify(node.toJS(document)).length <= FLOW_LENGTH) node.flow = true;
    },
  });
  const text = new Document(under(path, document.contents)).toString({ lineWidth: 0 });
  return text.replace(/\[ (.*?) \]/g, "[$1]").trimEnd();
}

function under(path: string, example: unknown): unknown {
  const steps = path === "" ? [] : path.replaceAll("[]", ".[]").split(".");
  return steps.reduceRight<unknown>((value, step, index) => {
    if (step === "[]") return [value];
    return { [step === "<name>" ? (NAMES[steps[index - 1] ?? ""] ?? "name") : step]: value };
  }, example);
}

/** The names used in examples where a name may be chosen freely. */
const NAMES: Readonly<Record<string, string>> = { pages: "404", pools: "web", headers: "x-frame-options" };
