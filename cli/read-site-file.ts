// The text of a site file as a valid site, or everything that is wrong with it.
import { parse } from "yaml";
import { err, ok, type Result } from "../shared/result.ts";
import type { Site } from "../shared/site/schema.ts";
import { validateSite } from "../shared/site/validate.ts";

export interface LocatedProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

export function readSiteFile(
  text: string,
  file: string,
): Result<{ site: Site; json: string }, LocatedProblem[]> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return err([{ file, line: 1, column: 1, path: "", message: String(error) }]);
  }
  const read = validateSite(value);
  if (!read.ok) return err(read.error.map((problem) => ({ file, line: 1, column: 1, ...problem })));
  return ok({ site: read.value, json: JSON.stringify(value) });
}
