// An example from the schema as the YAML of a site file, under the keys that lead to it.
import { Document, visit } from "yaml";

/** What fits on a line is written on one. */
const FLOW_LENGTH = 64;

/** `pools.<name>.retry` and `{ attempts: 2 }` → the whole way down from the file's first key. */
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

/** What a name of one's own choice is called in an example. */
const NAMES: Readonly<Record<string, string>> = { pools: "web", headers: "x-frame-options" };
