// The rows of an explanation about a folder: where is looked for the file?
import type { Explanation } from "../../shared/explain.ts";
import type { ExplainRow } from "./explain-row.ts";

export function fileRows({ files }: Explanation): ExplainRow[] {
  if (!files) return [];
  const { folder, looks, isImmutable, otherwise } = files;
  const kept = isImmutable ? " · kept for a year: its name never means anything else" : "";
  const rows = looks.map(({ name, answer }, index) => ({
    text: `${index === 0 ? "" : "or "}${folder}/${name}`,
    note: answer === "200" && index === 0 ? `if there is such a file${kept}` : answer,
  }));
  return [...rows, { text: looks.length === 0 ? otherwise : `else ${otherwise}` }].map((row, index) =>
    index === 0 ? { label: "files", ...row } : row,
  );
}
