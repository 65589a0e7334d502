// Does a site choose the fields of its log where the format lets it choose, and each of them once?
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

export function logFieldFaults({ log: { format, fields } }: Site): Problem[] {
  if (format === "fields" && fields === undefined) {
    return [problemAt(["log", "format"], "`fields` needs `log.fields`, the names of the fields to log")];
  }
  if (format === "combined" && fields !== undefined) {
    const message = "has no effect with the format `combined`, whose fields are fixed; remove it";
    return [problemAt(["log", "fields"], message, { atKey: true })];
  }
  return (fields ?? []).flatMap((name, index) =>
    fields?.indexOf(name) === index
      ? []
      : [problemAt(["log", "fields", index], `\`${name}\` is listed twice; remove one of them`)],
  );
}
