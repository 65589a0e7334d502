// An example from the schema as the YAML of a site file, with the keys that lead to it.
import { Document, visit } from "yaml";

/** A value that fits into this length is written on one line. */
const FLOW_LENGTH = 64;

/** `pools.<name>.retry` and `{ attempts: 2 }` → the complete path from the first key of the file. */
export function yamlExample(path: string, example: unknown): string {
  const document = new Document(example);
  visit(document, {
    Collection(_key, node) {
      if (JSON.stringify(node.toJS(document)).length <= FLOW_LENGTH) node.flow = true;
    },
  });
  const text = new Document(under(path, document.contents)).toString({ lineWidth: 0 });
  return text.replace(/\[ (.*?) \]/g, "[$1]").trimEnd();
}

export function under(path: string, example: unknown): unknown {
  const steps = path === "" ? [] : path.replaceAll("[]", ".[]").split(".");
  return steps.reduceRight<unknown>((value, step, index) => {
    if (step === "[]") return [value];
    return { [step === "<name>" ? (NAMES[steps[index - 1] ?? ""] ?? "name") : step]: value };
  }, example);
}

/** The names used in examples where a name may be chosen freely. */
const NAMES: Readonly<Record<string, string>> = { pools: "web", headers: "x-frame-options" };
