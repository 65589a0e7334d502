// The rows of an explanation about the request that an origin would see, the cache, the answer and the log.
import type {
  AnswerExplained,
  Explanation,
  HeaderField,
  OriginRequestExplained,
  SecurityStep,
  StoredExplained,
} from "../../shared/explain.ts";
import { asDetail, type ExplainRow } from "./explain-row.ts";
import { percent } from "./percent.ts";
import { plural } from "./problem-list.ts";

export function rewriteRows({ toOrigin }: Explanation): ExplainRow[] {
  if (!toOrigin) return [];
  const [first, ...others] = urlRows(toOrigin);
  const edits = [...removedLines(toOrigin.removed), ...fieldLines(toOrigin.added)];
  return [
    ...(first ? [{ ...first, ...summaryOf(edits) }] : []),
    ...others,
    ...hostRows(toOrigin),
    ...edits.map(asDetail),
  ];
}

/** What an origin sees by default, the host of its URL, is a detail. */
function hostRows({ urls }: OriginRequestExplained): ExplainRow[] {
  const byHost = Map.groupBy(urls, ({ host }) => host);
  return [...byHost].map(([host, at]) => ({
    text: `Host: ${host}`,
    note: `${at.map(({ origin }) => origin).join(", ")}${at.some(({ isOwnHost }) => isOwnHost) ? ": as in its URL" : ""}`,
    ...(at.every(({ isOwnHost }) => isOwnHost) && { isDetail: true }),
  }));
}

/** One row, or one for each URL if the origins have different base paths. */
function urlRows({ method, url, urls }: OriginRequestExplained): ExplainRow[] {
  const byUrl = Map.groupBy(urls, (one) => one.url);
  if (byUrl.size <= 1) return [{ label: "rewrite", text: `${method} ${url}` }];
  return [...byUrl].map(([each, at], index) => ({
    ...(index === 0 && { label: "rewrite" }),
    text: `${method} ${each}`,
    note: `at ${at.map(({ origin }) => origin).join(", ")}`,
  }));
}

export function cacheRows({ cache }: Explanation): ExplainRow[] {
  if (!cache) return [];
  const [first = "", ...others] = cache.notes;
  if (cache.key === null)
    return [{ label: "cache", text: `not asked (${cache.passedBecause})`, note: first }];
  return [
    { label: "cache", text: cache.key },
    ...[first, ...others].map((text) => ({ text })),
    ...storedRows(cache.stored),
  ];
}

function storedRows(stored: StoredExplained | null): ExplainRow[] {
  if (!stored) return [];
  const left = stored.ttlSeconds === null ? "" : ` · ${stored.ttlSeconds} s of freshness left`;
  return [
    { label: "stored", text: stored.verdict, note: `${stored.because}${left}` },
    ...stored.notes.map((text) => ({ text })),
  ];
}

export function answerRows(explanation: Explanation): ExplainRow[] {
  const { answer, refusal, files, pool } = explanation;
  // The Date is that of the moment, and says nothing about the site.
  const fields = answer.headers.filter(([name]) => name !== "date");
  const [dressing, others] = [true, false].map((is) =>
    fields.filter(([name]) => isSecurity(name, answer) === is),
  );
  const edits = [
    ...fieldLines(others ?? []),
    ...(answer.status === null
      ? [...removedLines(answer.removed), ...stepRows(answer.securitySteps)]
      : fieldLines(dressing ?? [])),
  ];
  const isTarget = ({ text }: ExplainRow) => text.startsWith("+ location: ");
  const inShort = refusal ? {} : summaryOf(edits.filter((row) => !isTarget(row)));
  return [
    { label: "answer", ...summary(answer, refusal, whoseAnswer(files, pool)), ...inShort },
    ...edits.map((row) => (isTarget(row) ? row : asDetail(row))),
    ...answer.edits.map((text, index) => ({ ...(index === 0 && { label: "body" }), text })),
  ];
}

/** `7 fields set, 2 if absent, 1 removed`. */
function summaryOf(edits: readonly ExplainRow[]): Pick<ExplainRow, "inShort"> {
  const conditional = edits.findIndex(({ text }) => text === IF_ABSENT);
  const isSet = ({ text }: ExplainRow) => text.startsWith("+ ");
  const ifAbsent = conditional === -1 ? 0 : edits.slice(conditional).filter(isSet).length;
  const counts: [count: number, what: string][] = [
    [edits.filter(isSet).length - ifAbsent, "set"],
    [ifAbsent, "if absent"],
    [edits.filter(({ text }) => text.startsWith("- ")).length, "removed"],
  ];
  const given = counts.filter(([count]) => count > 0);
  if (given.length === 0) return {};
  const words = given.map(
    ([count, what], index) => `${index === 0 ? plural(count, "field") : count} ${what}`,
  );
  return { inShort: words.join(", ") };
}

function whoseAnswer(files: Explanation["files"], pool: Explanation["pool"]): string {
  if (!files) return "the origin's";
  return pool ? "the file's, or the origin's" : "the file's";
}

function summary(
  { status, security }: AnswerExplained,
  refusal: Explanation["refusal"],
  whose: string,
): ExplainRow {
  if (refusal) return { text: `${refusal.status} ${refusal.reason}`, note: refusal.detail, style: "red" };
  if (status === null) return { text: whose, note: `security: ${security}` };
  return { text: String(status), note: `made by the edge · security: ${security}` };
}

/** Nothing if the log is as it is by default: every request, as JSON. */
export function logRows({ log: { share, format, fields, query, bytes } }: Explanation): ExplainRow[] {
  const notes = [
    ...(share < 1 ? [share === 0 ? "not logged" : `${percent(share)} of such requests`] : []),
    ...(fields ? [fields.join(", ")] : []),
    ...(query ? ["with the query"] : []),
    ...(bytes === "sent" ? ["with the bytes as sent"] : []),
  ];
  if (format === "json" && notes.length === 0) return [];
  return [{ label: "log", text: format, ...(notes.length > 0 && { note: notes.join(" · ") }) }];
}

const isSecurity = (name: string, { securitySteps }: AnswerExplained): boolean =>
  securitySteps.some((step) => step.name === name);

const IF_ABSENT = "and, if the origin sends none of its own:";

/** What is done to an origin's answer, whatever it contains. */
function stepRows(steps: readonly SecurityStep[]): ExplainRow[] {
  const doing = (what: SecurityStep["do"]) => steps.filter((step) => step.do === what);
  const fields = (chosen: readonly SecurityStep[]) =>
    fieldLines(chosen.map(({ name, value }) => [name, value ?? ""] as const));
  const unlessSent = doing("set-if-absent");
  return [
    ...fields(doing("set")),
    ...(unlessSent.length > 0 ? [{ text: IF_ABSENT }] : []),
    ...fields(unlessSent),
  ];
}

const fieldLines = (fields: readonly HeaderField[]): ExplainRow[] =>
  fields.map(([name, value]) => ({ text: `+ ${name}: ${value}`, style: "green" }));

const removedLines = (names: readonly string[]): ExplainRow[] =>
  names.map((name) => ({ text: `- ${name}`, style: "red" }));
