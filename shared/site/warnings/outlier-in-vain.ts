// Which rules of `outlier` have no effect? A rule that is at its default is not looked at: it need not stand in the file.
import { type OutlierConfig, outlier } from "../outlier-schema.ts";
import type { PoolConfig } from "../pool-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Rule = keyof OutlierConfig;
type Reason = readonly [because: string, rules: readonly Rule[]];

const DEFAULTS = outlier.parse({});

export function outlierInVain({ pools }: Site): Problem[] {
  return Object.entries(pools).flatMap(([id, pool]) => {
    const reasons = reasonsIn(pool);
    const isChanged = (rule: Rule) => pool.outlier[rule] !== DEFAULTS[rule];
    return (Object.keys(DEFAULTS) as Rule[]).filter(isChanged).flatMap((rule) => {
      const [because] = reasons.find(([, rules]) => rules.includes(rule)) ?? [];
      if (because === undefined) return [];
      return [problemAt(["pools", id, "outlier", rule], `has no effect: ${because}`, { atKey: true })];
    });
  });
}

function reasonsIn({ outlier: rules, origins, retry, balance }: PoolConfig): Reason[] {
  const inService = origins.filter(({ state, weight }) => state === "active" && weight > 0);
  const countsStatuses = retry.on.some((cause) => cause !== "connect" && cause !== "timeout");
  const found: [isSo: boolean, ...Reason][] = [
    [
      rules.maxEjected === 0,
      "with `maxEjected: 0%` no origin is ejected",
      ["consecutive", "rate", "window", "eject", "slowStart"],
    ],
    [!countsStatuses, "`retry.on` lists no status that counts", ["consecutive", "rate", "window"]],
    [inService.length === 1, "the pool has only one origin in service", ["maxEjected", "panic", "slowStart"]],
    [balance === "first", "`balance: first` knows no weights", ["slowStart"]],
    [rules.panic > 0, "with `panic` all origins are used if none is usable", ["whenAllOut"]],
  ];
  return found.flatMap(([isSo, because, inVain]) => (isSo ? [[because, inVain] as const] : []));
}
