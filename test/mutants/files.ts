// Which files are mutated, and which unit tests can notice.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ASYNC_EXCEPTIONS, kindOf } from "../support/architecture.ts";
import { everyNode, isSyntax, syntaxOf } from "../support/syntax.ts";

export const ROOT = path.join(import.meta.dirname, "../..");

const filesUnder = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file.replaceAll(path.sep, "/")}`)
    .sort();

export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

export const pureFiles = (): string[] =>
  [...filesUnder("worker"), ...filesUnder("shared")].filter(
    (file) => ["pure", "shared"].includes(kindOf(file) ?? "") && !(file in ASYNC_EXCEPTIONS),
  );

/** Tests of commands, of benchmarks and of documents start processes or say little about one function. */
const OTHER_TESTS = /^test\/unit\/(cli|bench|docs|dev|origin-mock|adapters|mutants)\//;

export const unitTests = (): string[] =>
  filesUnder("test/unit").filter((file) => file.endsWith(".test.ts") && !OTHER_TESTS.test(file));

/** How many imports away each file is. */
export function reachedFrom(
  testFile: string,
  importsOf: (file: string) => readonly string[],
): Map<string, number> {
  const distances = new Map([[testFile, 0]]);
  for (const [file, distance] of distances) {
    for (const imported of importsOf(file))
      if (!distances.has(imported)) distances.set(imported, distance + 1);
  }
  return distances;
}

export function importsReader(): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const found = known.get(file) ?? importsIn(file);
    known.set(file, found);
    return found;
  };
}

function importsIn(file: string): string[] {
  if (!file.endsWith(".ts")) return [];
  const imports: string[] = [];
  for (const { type, source, importKind, exportKind } of everyNode(syntaxOf(textOf(file)))) {
    if (!/^(Import|Export)/.test(type) || !isSyntax(source) || importKind === "type" || exportKind === "type")
      continue;
    const specifier = String(source.value);
    if (specifier.startsWith(".")) imports.push(path.posix.join(path.posix.dirname(file), specifier));
  }
  return imports;
}
