// Does a site name fields of the log that it never fills?
import type { LogField } from "../log-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

const COUNTED: readonly LogField[] = ["totalMs", "ended"];

export function logInVain({ log: { fields, query, bytes } }: Site): Problem[] {
  return (fields ?? []).flatMap((name, index) => {
    const keys = ["log", "fields", index];
    if (name === "query" && !query)
      return [problemAt(keys, "`query` is always empty: queries are logged only with `log.query: true`")];
    if (COUNTED.includes(name) && bytes === "declared")
      return [problemAt(keys, `\`${name}\` is always empty: it is known only with \`log.bytes: sent\``)];
    return [];
  });
}
