// The rows of an explanation from the rewriting on: what the origin would see, the cache, the origins, the answer.
import type { AnswerExplained, Explanation, HeaderField, SecurityStep } from "../../shared/explain.ts";
import type { Row } from "./rows.ts";

export function rewriteRows({ toOrigin }: Explanation): Row[] {
  if (!toOrigin) return [];
  return [
    { label: "rewrite", text: `${toOrigin.method} ${toOrigin.url}` },
    ...toOrigin.removed.map((name) => ({ text: `- ${name}` })),
    ...toOrigin.added.map(([name, value]) => ({ text: `+ ${name}: ${value}` })),
  ];
}

export function cacheRows({ cache }: Explanation): Row[] {
  if (!cache) return [];
  const [first = "", ...others] = cache.notes;
  if (cache.key === null)
    return [{ label: "cache", text: `not asked (${cache.passedBecause})`, note: first }];
  return [{ label: "cache", text: cache.key }, ...[first, ...others].map((text) => ({ text }))];
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
      note: `tier ${tier}: when none is left before it`,
    })),
    ...pool.outOfService.map(({ origin, because }) => ({ text: `not ${origin}`, note: because })),
  ];
}

export function answerRows({ answer, refusal }: Explanation): Row[] {
  const security = { text: `security: ${answer.security}` };
  if (answer.status === null) {
    return [
      { label: "answer", text: "the origin's", note: `security: ${answer.security}` },
      ...fieldRows(answer),
      ...securityRows(answer.securitySteps),
    ];
  }
  const first: Row = refusal
    ? { label: "answer", text: `${answer.status} ${refusal.reason}`, note: refusal.detail }
    : { label: "answer", text: String(answer.status), note: `made by the edge · ${security.text}` };
  return [first, ...fieldLines(answer.headers)];
}

/** What the edge puts on it beside the security headers, which are told step by step. */
function fieldRows({ headers, securitySteps }: AnswerExplained): Row[] {
  const secured = new Set(securitySteps.map(({ name }) => name));
  return fieldLines(headers.filter(([name]) => !secured.has(name)));
}

function securityRows(steps: readonly SecurityStep[]): Row[] {
  const removed = steps.filter((step) => step.do === "remove").map(({ name }) => name);
  const rows = steps
    .filter((step) => step.do !== "remove")
    .map(({ do: what, name, value }): Row => {
      const field = { text: `+ ${name}: ${value}` };
      return what === "set-if-absent" ? { ...field, note: "unless the origin sends one" } : field;
    });
  return removed.length > 0 ? [...rows, { text: `- ${removed.join(", ")}` }] : rows;
}

const fieldLines = (fields: readonly HeaderField[]): Row[] =>
  fields.map(([name, value]) => ({ text: `+ ${name}: ${value}` }));

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
