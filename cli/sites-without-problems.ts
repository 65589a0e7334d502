// The sites of a command that does not start while one of them has a problem.
import type { Command } from "commander";
import { PROBLEMS } from "./exit-codes.ts";
import type { LoadedSites } from "./load-sites.ts";
import { paintFor } from "./paint.ts";
import { countProblems, problemList, warningList } from "./printing/problem-list.ts";
import { sitesNamed } from "./sites-named.ts";

/** Undefined if there are problems. They have been printed, and the exit code is set. */
export async function sitesWithoutProblems(
  paths: readonly string[],
  command: Command,
): Promise<LoadedSites | undefined> {
  const loaded = await sitesNamed(paths, command);
  const { problems, warnings } = loaded;
  const paint = paintFor(process.stderr);
  if (warnings.length > 0) console.error(warningList(warnings, paint));
  if (problems.length === 0) return loaded;
  console.error(problemList(problems, paint));
  console.error(`${paint("red", countProblems(problems))}; nothing was started`);
  process.exitCode = PROBLEMS;
  return undefined;
}
