// What a push did, for people and as data. Pure.
import { siteKey } from "../../shared/site/stored.ts";
import type { Leftover } from "../../worker/publishing/leftovers.ts";
import type { Move } from "../../worker/publishing/moves.ts";
import type { Written } from "../../worker/publishing/site-store.ts";
import type { LoadedSites } from "../load-sites.ts";
import { countProblems, plural, problemData, problemList } from "../printing/problem-list.ts";
import type { Paint, Style } from "../printing/terminal-text.ts";
import { hasFailed, type TestedFile, testData, testReport, testSummary } from "../run-tests.ts";
import { formatShare } from "../versioning/share.ts";
import type { ReportedChange, ReportedPush } from "../versioning/stored-sites.ts";
import type { EdgePlace, Place } from "./place.ts";

export interface PushOutcome {
  readonly loaded: LoadedSites;
  readonly store: (Place | EdgePlace)["kind"];
  /** Empty if a file has a problem. */
  readonly tested: readonly TestedFile[];
  /** Undefined if it did not come to that: a file has a problem, a test failed, or the store cannot be read. */
  readonly pushed: ReportedPush | undefined;
  /** Why the store cannot be read. */
  readonly error: string | undefined;
}

/** What is the case with a key, after the push. */
type Fate = ReportedChange["change"] | "unsure" | "not written";

const WHERE = { local: "the local store", remote: "Cloudflare's KV", edge: "the edge" } as const;

const STYLES: Readonly<Record<Fate, Style>> = {
  new: "green",
  changed: "yellow",
  same: "dim",
  unsure: "red",
  "not written": "red",
};

export const isDone = ({ pushed }: PushOutcome): boolean =>
  pushed !== undefined && pushed.refused.length === 0 && failureOf(pushed) === undefined;

const failureOf = ({ written, removed }: ReportedPush): string | undefined =>
  written.failure ?? removed.failure;

/** A push that found everything the same is done, and has something to say. */
function isUntouched(pushed: ReportedPush): boolean {
  const touched = [pushed.written, pushed.removed].some(({ done, unsure }) => done.size + unsure.size > 0);
  return !touched && (pushed.refused.length > 0 || failureOf(pushed) !== undefined);
}

function fateOf({ lastKey, change }: ReportedChange, { written }: ReportedPush): Fate {
  if (change === "same" || written.done.has(lastKey)) return change;
  return written.unsure.has(lastKey) ? "unsure" : "not written";
}

/** What is live there now, for whom, and what it took the place of. */
function holdsText({ holds, plan, change }: ReportedChange): string {
  if (!plan || change === "same") return holds;
  const { share, before, ended } = plan;
  return [
    share === undefined ? holds : `${holds} for ${formatShare(share)}`,
    ...(before === undefined ? [] : [share === undefined ? `was ${before}` : `beside ${before}`]),
    ...(ended === undefined || ended === plan.version ? [] : [`ends the rollout of ${ended}`]),
  ].join(", ");
}

/** For a push that is done, or that broke off. Empty if nothing was written. */
export function pushText({ pushed, store }: PushOutcome, paint: Paint): string {
  if (!pushed || isUntouched(pushed)) return "";
  const { changes, leftovers, removed } = pushed;
  const fates = changes.map((change) => ({
    ...change,
    holds: holdsText(change),
    fate: fateOf(change, pushed),
  }));
  const removedHosts = hostKeysIn(removed);
  const count = (fate: Fate) => fates.filter((each) => each.fate === fate).length;
  const where = WHERE[store];
  const summary = [
    `${plural(count("new") + count("changed"), "key")} written to ${where}, ${count("same")} left alone`,
    ...(removedHosts.length > 0 ? [`${removedHosts.length} removed`] : []),
    ...(count("unsure") > 0 ? [`${count("unsure")} unsure`] : []),
    ...(count("not written") > 0 ? [`${count("not written")} not written`] : []),
  ].join(", ");
  const width = Math.max(...[...fates, ...leftovers].map(({ key }) => key.length));
  const heldWidth = Math.max(...fates.map(({ holds }) => holds.length));
  const line = (key: string, holds: string, words: string) =>
    `${key.padEnd(width)}  ${holds.padEnd(heldWidth)}  ${words}`;
  return [
    ...fates.map(({ key, holds, fate }) => line(key, holds, paint(STYLES[fate], fate))),
    ...removedHosts.map((key) => line(key, "", paint("yellow", "removed"))),
    ...leftovers
      .filter(({ key }) => !removed.done.has(key))
      .map((leftover) => line(leftover.key, "", wordsOn(leftover, paint))),
    paint(failureOf(pushed) === undefined ? "green" : "red", summary),
    ...(store === "remote" && removedHosts.length + count("new") + count("changed") > 0
      ? ["The edge sees it within 90 seconds."]
      : []),
  ].join("\n");
}

/** Without the texts of versions, which go with their site. */
const hostKeysIn = ({ done }: Written): string[] => [...done].filter((key) => key.startsWith(siteKey("")));

const wordsOn = ({ what, host }: Leftover, paint: Paint): string =>
  what === "pointer"
    ? `${paint("yellow", "left over")}: no file names it, and the edge does not serve it; \`--prune\` removes it`
    : `${paint("yellow", "left over")}: no file names it, and the edge serves the old site there; \`--remove-host ${host}\` removes it`;

/** For one that is not done. */
export function pushErrors({ loaded, tested, pushed, error }: PushOutcome, paint: Paint): string {
  if (pushed && pushed.refused.length > 0) return `${refusal(pushed.refused, paint)}\nNothing was written.`;
  if (pushed) {
    const next = isUntouched(pushed)
      ? "Nothing was written."
      : "The push broke off. Run it again: it writes only what is missing.";
    return `${failureOf(pushed)}\n${next}`;
  }
  const { problems } = loaded;
  const why =
    error ??
    (problems.length > 0
      ? `${problemList(problems, paint)}\n${paint("red", countProblems(problems))}`
      : failedTests(tested, paint));
  return `${why}\nNothing was written.`;
}

function refusal(moves: readonly Move[], paint: Paint): string {
  const lines = moves.flatMap(({ host, from, to, orphans }) => [
    `${paint("bold", host)} belongs to the site ${from}, and would move to the site ${to}`,
    ...(orphans.length > 0 ? [`  and no site would be left for ${orphans.join(", ")}`] : []),
  ]);
  const leave = moves.map(({ host }) => `--take-host '${host}'`).join(" ");
  const summary = `${plural(moves.length, "host")} would move to another site. If that is meant: ${leave}`;
  return [...lines, paint("red", summary)].join("\n");
}

function failedTests(tested: readonly TestedFile[], paint: Paint): string {
  const failed = tested
    .map(({ file, runs }) => ({ file, runs: runs.filter(hasFailed) }))
    .filter(({ runs }) => runs.length > 0);
  return [...failed.map((file) => testReport(file, paint)), testSummary(tested, paint)].join("\n");
}

/** For `--json` (docs/commands.md). */
export function pushData(outcome: PushOutcome) {
  const { loaded, store, tested, pushed, error } = outcome;
  return {
    ok: isDone(outcome),
    store,
    keys: (pushed?.changes ?? []).map((change) => ({
      key: change.key,
      host: change.pattern,
      holds: change.holds,
      change: change.change,
      replaces: change.plan?.share === undefined ? (change.plan?.before ?? null) : null,
      share: change.plan?.share ?? null,
      endedRollout: change.plan?.ended ?? null,
      written: pushed?.written.unsure.has(change.lastKey)
        ? null
        : change.change !== "same" && (pushed?.written.done.has(change.lastKey) ?? false),
    })),
    moves: pushed?.refused ?? [],
    leftovers: pushed?.leftovers ?? [],
    removed: pushed ? hostKeysIn(pushed.removed) : [],
    error: error ?? (pushed && failureOf(pushed)) ?? null,
    tests: testData(tested),
    problems: loaded.problems.map(problemData),
    warnings: loaded.warnings.map(problemData),
  };
}
