// Parses the text of a site file into a valid site, or returns everything that is wrong with it and where. Only the
// command line reads files. The edge reads JSON produced from them (stored.ts), and never loads this module.
import { once } from "../remember.ts";
import { err, ok, type Result } from "../result.ts";
import { isTooDeep } from "./file/depth.ts";
import { readDocument } from "./file/document.ts";
import { jsonFaults } from "./file/json-syntax.ts";
import { offsetOf } from "./file/place.ts";
import type { SyntaxFault } from "./file/stop.ts";
import { lengthWrittenOut, wayToExcess } from "./file/written-out.ts";
import { type LocatedProblem, type Problem, TOO_DEEP } from "./problem.ts";
import type { Site } from "./schema.ts";
import { validateSite } from "./validate.ts";

export interface SiteFileRead {
  readonly site: Site;
  /** The values of the file as compact JSON, from which its version is computed. */
  readonly json: string;
  /** Finds the position in the file of a problem that is found later. */
  locate(problem: Problem): LocatedProblem;
}

/** A value in KV may have 25 MiB. The hosts and the rest of the entry need a small part of it. */
const MAX_JSON_LENGTH = 25 * 1_048_576 - 1_024;

interface Reading {
  /** Fills in what a text outside a file may leave out. */
  readonly completed?: (value: unknown) => unknown;
  /** Puts the texts of other files into the value, in place, and says which it could not. */
  readonly included?: (value: unknown) => readonly Problem[];
}

export function readSiteFile(
  text: string,
  fileName: string,
  { completed = (value) => value, included = () => [] }: Reading = {},
): Result<SiteFileRead, LocatedProblem[]> {
  try {
    return read(text, fileName, { completed, included });
  } catch (error) {
    const message =
      error instanceof RangeError
        ? `the file ${TOO_DEEP}`
        : `the file cannot be checked: a bug of Headgate, please report it (${String(error)})`;
    return err([{ file: fileName, line: 1, column: 1, path: "", message }]);
  }
}

function read(
  text: string,
  fileName: string,
  { completed, included }: Required<Reading>,
): Result<SiteFileRead, LocatedProblem[]> {
  const { source, document, fault, located, locate } = placesIn(text, fileName);

  // Of the errors in JSON only the first: the others mostly follow from it.
  const broken = fileName.endsWith(".json") ? (jsonFaults(source)[0] ?? fault) : fault;
  if (broken) return err([located(asProblem(broken), broken.offset)]);

  const value: unknown = document.toJS({ maxAliasCount: -1 }); // shared, not copied; the length check below bounds it
  if (lengthWrittenOut(value) > MAX_JSON_LENGTH) {
    const message = "the file is longer than a site can be (25 MiB), once its aliases are written out";
    return err([
      located({ path: "", message }, offsetOf(document, wayToExcess(value, MAX_JSON_LENGTH), true)),
    ]);
  }

  if (isTooDeep(value)) return err([located({ path: "", message: `the file ${TOO_DEEP}` }, 0)]);
  const missing = included(value);
  if (missing.length > 0) return err(missing.map(locate).sort(byPlace));
  const valid = validateSite(completed(value));
  if (!valid.ok) return err(valid.error.map(locate).sort(byPlace));
  return ok({ site: valid.value, json: JSON.stringify(value), locate });
}

/** What finds problems in the text of a file that has been read elsewhere. It reads the text again, the first time it is asked. */
export function locateIn(text: string, fileName: string): SiteFileRead["locate"] {
  const places = once(() => placesIn(text, fileName));
  return (problem) => places().locate(problem);
}

function placesIn(text: string, fileName: string) {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  const { document, lines, fault } = readDocument(source);
  const located = (problem: Problem, offset: number): LocatedProblem => {
    const { line, col } = lines.linePos(Math.min(offset, source.trimEnd().length));
    return { ...problem, file: fileName, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const locate = (problem: Problem): LocatedProblem =>
    located(problem, offsetOf(document, problem.keys ?? [], problem.atKey === true));
  return { source, document, fault, located, locate };
}

function asProblem({ message, hint }: SyntaxFault): Problem {
  return { path: "", message: `the file ${message}`, hint };
}

const byPlace = (a: LocatedProblem, b: LocatedProblem): number => a.line - b.line || a.column - b.column;
