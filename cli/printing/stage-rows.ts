// The rows of an explanation from the rewrite on: what the origin would see, the cache, the origins, the answer.
import type {
  AnswerExplained,
  Explanation,
  HeaderField,
  OriginRequestExplained,
  SecurityStep,
  StoredExplained,
} from "../../shared/explain.ts";
import type { Row } from "./terminal-text.ts";

export function rewriteRows({ toOrigin }: Explanation): Row[] {
  if (!toOrigin) return [];
  return [
    ...urlRows(toOrigin),
    ...toOrigin.removed.map((name) => ({ text: `- ${name}` })),
    ...toOrigin.added.map(([name, value]) => ({ text: `+ ${name}: ${value}` })),
  ];
}

/** One row, or one for each URL if the origins have different base paths. */
function urlRows({ method, url, urls }: OriginRequestExplained): Row[] {
  const byUrl = Map.groupBy(urls, (one) => one.url);
  if (byUrl.size <= 1) return [{ label: "rewrite", text: `${method} ${url}` }];
  return [...byUrl].map(([each, at], index) => ({
    ...(index === 0 && { label: "rewrite" }),
    text: `${method} ${each}`,
    note: `at ${at.map(({ origin }) => origin).join(", ")}`,
  }));
}

export function cacheRows({ cache }: Explanation): Row[] {
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

function storedRows(stored: StoredExplained | null): Row[] {
  if (!stored) return [];
  const left = stored.ttlSeconds === null ? "" : ` · ${stored.ttlSeconds} s of freshness left`;
  return [
    { label: "stored", text: stored.verdict, note: `${stored.because}${left}` },
    ...stored.notes.map((text) => ({ text })),
  ];
}

export function originRows({ pool }: Explanation): Row[] {
  if (!pool) return [];
  const note = `pool ${pool.id} · ${pool.balance} · ${pool.attempts} attempts at most`;
  const odds = pool.firstChoice.map(({ origin, share }) => `${origin} ${percent(share)}`);
  const first = odds.length > 0 ? odds.join("  ") : "none in service: 503 no-origin";
  return [
    { label: "origin", text: first, note },
    ...pool.failover.map(({ tier, origins }) => ({
      text: `then ${origins.join(", ")}`,
      note: `tier ${tier}: used when no tier before it has an origin left`,
    })),
    ...pool.outOfService.map(({ origin, because }) => ({ text: `not ${origin}`, note: because })),
  ];
}

export function answerRows({ answer, refusal }: Explanation): Row[] {
  return [
    { label: "answer", ...summary(answer, refusal) },
    // The Date is that of the moment, and says nothing about the site.
    ...fieldLines(answer.headers.filter(([name]) => name !== "date" && !isSecurity(name, answer))),
    ...(answer.status === null
      ? [...answer.removed.map((name) => ({ text: `- ${name}` })), ...stepRows(answer.securitySteps)]
      : fieldLines(answer.headers.filter(([name]) => isSecurity(name, answer)))),
  ];
}

function summary({ status, security }: AnswerExplained, refusal: Explanation["refusal"]): Row {
  if (refusal) return { text: `${refusal.status} ${refusal.reason}`, note: refusal.detail };
  if (status === null) return { text: "the origin's", note: `security: ${security}` };
  return { text: String(status), note: `made by the edge · security: ${security}` };
}

/** Nothing if the log is as it is by default: every request, as JSON. */
export function logRows({ log: { share, format, fields, query, bytes } }: Explanation): Row[] {
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

/** What is done to an origin's answer, whatever it contains. */
function stepRows(steps: readonly SecurityStep[]): Row[] {
  const doing = (what: SecurityStep["do"]) => steps.filter((step) => step.do === what);
  const fields = (chosen: readonly SecurityStep[]) =>
    fieldLines(chosen.map(({ name, value }) => [name, value ?? ""] as const));
  const unlessSent = doing("set-if-absent");
  return [
    ...fields(doing("set")),
    ...(unlessSent.length > 0 ? [{ text: "and, if the origin sends none of its own:" }] : []),
    ...fields(unlessSent),
  ];
}

const fieldLines = (fields: readonly HeaderField[]): Row[] =>
  fields.map(([name, value]) => ({ text: `+ ${name}: ${value}` }));

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
