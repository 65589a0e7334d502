// What speaks against a site whose file is valid? The edge would accept slow expressions, but a site should not be served
// with them; warnings are for settings that have no effect.
import { createRequire } from "node:module";
import { patternsIn } from "../shared/site/faults/path-patterns.ts";
import { expressionsIn } from "../shared/site/path-pattern.ts";
import { type Problem, problemAt } from "../shared/site/problem.ts";
import type { Site } from "../shared/site/schema.ts";
import { orItsCrash, warningsOf } from "../shared/site/warnings/warnings.ts";
import { compileWhole } from "../worker/routing/compile-whole.ts";

export interface Judgement {
  /** With any of these the site is not served. */
  readonly faults: readonly Problem[];
  /** None if there are faults. */
  readonly warnings: readonly Problem[];
}

export function judgeSite(site: Site, placeOf: (part: Problem) => string): Judgement {
  const slow = slowOnes(site);
  const faults = [...slow.found, ...faultsOfCompiling(site)];
  if (faults.length > 0) return { faults, warnings: [] };
  return { faults, warnings: [...warningsOf(site, placeOf), ...slow.crash] };
}

function faultsOfCompiling(site: Site): readonly Problem[] {
  const compiled = compileWhole(site, "");
  return compiled.ok ? [] : compiled.error;
}

/** A search that crashes has found nothing. */
function slowOnes(site: Site): { readonly found: Problem[]; readonly crash: Problem[] } {
  let found: Problem[] = [];
  const crash = orItsCrash("slow expressions", () => {
    found = slowExpressions(site);
    return [];
  });
  return { found, crash };
}

/** No expression written by hand takes nearly this long. One that does is not reported as slow. */
const ANALYSIS_TIMEOUT_MS = 2_000;

/**
 * The expressions in path patterns that a hostile path can make slow (`:id{(a+)+}`). JavaScript's matcher backtracks, and a
 * URL may have 8,000 characters. This is reported by the commands and not at the edge, because the analysis is large and its
 * result does not change.
 */
export function slowExpressions(site: Site): Problem[] {
  const verdicts = new Map<string, string | undefined>();
  const verdictOn = (expression: string): string | undefined => {
    if (!verdicts.has(expression)) verdicts.set(expression, growthOf(expression));
    return verdicts.get(expression);
  };
  return patternsIn(site).flatMap(({ pattern, keys }) =>
    expressionsIn(pattern).flatMap((expression) => {
      const growth = verdictOn(expression);
      if (growth === undefined) return [];
      const message = `has an expression that a hostile path can make slow: the time for {${expression}} grows ${growth}`;
      return [problemAt(keys, message, { hint: "avoid repetitions in it that can match the same text" })];
    }),
  );
}

type Recheck = Pick<typeof import("recheck"), "checkSync">;

/** "exponentially with its length", or undefined if it is linear. */
function growthOf(expression: string): string | undefined {
  // Loaded on first use, because loading takes a tenth of a second. This build needs no other process.
  const { checkSync } = createRequire(import.meta.url)("recheck/lib/browser.js") as Recheck;
  const verdict = checkSync(`^(?:${expression})$`, "", { timeout: ANALYSIS_TIMEOUT_MS });
  if (verdict.status !== "vulnerable") return undefined;
  const { complexity } = verdict;
  return complexity.type === "polynomial"
    ? `with its length to the power of ${complexity.degree}`
    : "exponentially with its length";
}
