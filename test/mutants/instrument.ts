// One text that holds many mutants at once, each behind a switch: `($mutant(7) ? a <= b : a < b)`. They are all loaded
// once, and which one is alive is then a matter of a number.
import { stripTypeScriptTypes } from "node:module";
import type { Mutation } from "./mutations.ts";

export interface Numbered extends Mutation {
  readonly id: number;
}

export function instrument(text: string, mutations: readonly Numbered[]): string {
  // Outer before inner; a mutant of the outer holds the inner as it was.
  const ordered = mutations.toSorted(
    (a, b) => a.start - b.start || b.end - a.end || (a.statement ? -1 : 0) - (b.statement ? -1 : 0),
  );
  const [instrumented] = between(0, text.length, 0);
  stripTypeScriptTypes(instrumented); // throws where a mutant is no code: one alone would keep all of them from loading
  return instrumented;

  function between(from: number, to: number, first: number): [text: string, next: number] {
    let written = "";
    let at = from;
    let next = first;
    while (next < ordered.length) {
      const outer = ordered[next];
      if (!outer || outer.start >= to) break;
      const { start, end, statement } = outer;
      const same: Numbered[] = [];
      for (
        let other = ordered[next];
        other && other.start === start && other.end === end && other.statement === statement;
        other = ordered[++next]
      )
        same.push(other);
      const [inner, after] = between(start, end, next);
      next = after;
      written += text.slice(at, start) + switched(inner, same);
      at = end;
    }
    return [written + text.slice(at, to), next];
  }
}

const switched = (inner: string, mutants: readonly Numbered[]): string =>
  mutants[0]?.statement
    ? `{ ${mutants.map(({ id, mutated }) => `if ($mutant(${id})) { ${mutated} } else `).join("")}{ ${inner} } }`
    : `(${mutants.map(({ id, mutated }) => `$mutant(${id}) ? (${mutated}) : `).join("")}(${inner}))`;
