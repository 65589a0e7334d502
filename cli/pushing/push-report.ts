// What a push did, for people and as data. Pure.
import type { LoadedSites } from "../load-sites.ts";
import { countProblems, plural, problemData, problemList } from "../printing/problem-list.ts";
import type { Paint, Style } from "../printing/terminal-text.ts";
import { hasFailed, type TestedFile, testData, testReport, testSummary } from "../run-tests.ts";
import { adviceOn, type Change, type Place } from "./push-plan.ts";

export interface PushOutcome {
  readonly loaded: LoadedSites;
  readonly store: Place["kind"];
  /** Empty if a file has a problem. */
  readonly tested: readonly TestedFile[];
  /** Undefined if it did not come to that: a file has a problem, or a test failed. */
  readonly changes: readonly Change[] | undefined;
  /** Why the store does not hold what it should, in the words of wrangler. */
  readonly error: string | undefined;
}

const CHANGE_STYLES: Readonly<Record<Change["change"], Style>> = {
  new: "green",
  changed: "yellow",
  same: "dim",
  unknown: "green",
};

/** For a push that is done. */
export function pushText({ changes = [], store }: PushOutcome, paint: Paint): string {
  const written = changes.filter(isWritten).length;
  const where = store === "local" ? "the local store" : "Cloudflare's KV";
  const summary = `${plural(written, "key")} written to ${where}, ${changes.length - written} left alone`;
  return [
    ...changes.map((change) => changeLine(change, changes, paint)),
    paint("green", summary),
    ...(store === "remote" ? ["The edge sees it within 90 seconds."] : []),
  ].join("\n");
}

const isWritten = ({ change }: Change): boolean => change !== "same";

function changeLine({ key, holds, change }: Change, all: readonly Change[], paint: Paint): string {
  const width = Math.max(...all.map((each) => each.key.length));
  const heldWidth = Math.max(...all.map((each) => each.holds.length));
  const words = paint(CHANGE_STYLES[change], change === "unknown" ? "written" : change);
  return `${key.padEnd(width)}  ${holds.padEnd(heldWidth)}  ${words}`;
}

/** For one that is not. */
export function pushErrors({ loaded, tested, error }: PushOutcome, paint: Paint): string {
  if (error !== undefined) {
    const advice = adviceOn(error);
    return advice === undefined ? error : `${error}\n\nNothing was written: ${advice}.`;
  }
  const { problems } = loaded;
  const why =
    problems.length > 0
      ? `${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`
      : failedTests(tested, paint);
  return `${why}\nNothing was written.`;
}

function failedTests(tested: readonly TestedFile[], paint: Paint): string {
  const failed = tested
    .map(({ file, runs }) => ({ file, runs: runs.filter(hasFailed) }))
    .filter(({ runs }) => runs.length > 0);
  return [...failed.map((file) => testReport(file, paint)), testSummary(tested, paint)].join("\n");
}

/** For `--json` (docs/commands.md). */
export function pushData({ loaded, store, tested, changes, error }: PushOutcome) {
  return {
    ok: changes !== undefined && error === undefined,
    store,
    keys: (changes ?? []).map(({ key, pattern, holds, change }) => ({ key, host: pattern, holds, change })),
    error: error ?? null,
    advice: (error === undefined ? undefined : adviceOn(error)) ?? null,
    tests: testData(tested),
    problems: loaded.problems.map(problemData),
    warnings: loaded.warnings.map(problemData),
  };
}
