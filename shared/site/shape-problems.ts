// What is wrong with the shape of a site file, from Zod's issues: one problem for each place, in our words. If a union
// fails, the problem is reported for the arm that the author meant.
import type * as z from "../zod.ts";
import { didYouMean } from "./did-you-mean.ts";
import { knownKeysAt } from "./known-keys.ts";
import { type Problem, problemAt } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** A longer list of keys does not help. */
const MAX_KEYS_NAMED = 14;

export function shapeProblems(issues: readonly Issue[], above: readonly PropertyKey[] = []): Problem[] {
  return lastOfEachPlace(issues).flatMap((issue) => {
    const keys = [...above, ...issue.path];
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => unknownKey(keys, key));
      case "invalid_key":
        return issue.issues.map((inner) => problemAt(keys, inner.message, { atKey: true }));
      case "invalid_union": {
        const arms = issue.errors.filter((arm) => !arm.some(isAnotherType));
        if (arms.length !== 1) return [problemAt(keys, issue.message)];
        return arms.flatMap((meant) => shapeProblems(meant, keys));
      }
      default:
        return [problemAt(keys, keys.length === 0 ? `the file ${issue.message}` : issue.message)];
    }
  });
}

/** If a value breaks several rules, the last is reported, which is the narrowest: `at most 599`, not `at most 2^53`. */
function lastOfEachPlace(issues: readonly Issue[]): Issue[] {
  const last = new Map(issues.map((issue) => [placeOf(issue), issue]));
  return issues.filter((issue) => last.get(placeOf(issue)) === issue);
}

const placeOf = ({ path }: Issue): string => JSON.stringify(path.map(String));

/** The arm expects something entirely different: a list instead of a string, or another word. */
function isAnotherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((arm) => arm.some(isAnotherType));
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function unknownKey(above: readonly PropertyKey[], key: string): Problem {
  const known = knownKeysAt(above);
  const all = known.length <= MAX_KEYS_NAMED ? `known here: ${known.join(", ")}` : undefined;
  const hint = known.includes(key.trim())
    ? "it begins with a space that is none to YAML; write an ordinary space in its place"
    : (didYouMean(key, known) ?? all);
  return problemAt([...above, key], "is not a known key", {
    hint,
    atKey: true,
  });
}
