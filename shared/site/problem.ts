// What is wrong with a site file, where, and how to fix it.

export interface Problem {
  /** `routes[2].cache.ttl`; empty for the file as a whole. */
  readonly path: string;
  /** The same path as steps, for looking up its position in the text of the file. */
  readonly keys?: readonly PropertyKey[];
  /** True if the key itself is at fault, not the value under it. */
  readonly atKey?: boolean;
  /** A partial sentence that says what is wrong and what to write instead: `is not a duration; write …`. */
  readonly message: string;
  /** What was probably meant: ``did you mean `ttl`?`` */
  readonly hint?: string | undefined;
  /** If it is none in other ways to run. */
  readonly onlyOn?: "cloudflare" | "standalone";
}

/** Of a text or a value. */
export const TOO_DEEP = "is nested too deeply to be read; no site needs more than some dozen levels";

/** A problem and its position in the text of the file. Line and column count from 1. */
export type LocatedProblem = Problem & {
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

export function problemAt(
  keys: readonly PropertyKey[],
  message: string,
  more: { readonly hint?: string | undefined; readonly atKey?: boolean } = {},
): Problem {
  return {
    path: formatPath(keys),
    keys,
    message,
    hint: more.hint,
    ...(more.atKey && { atKey: true }),
  };
}

/**
 * One line for a terminal: `sites/demo.yaml:12:5  routes[2].cache.ttl  is not a duration; write …`. Without file, line and
 * column if the problem is not in a text.
 */
export function formatProblem(problem: Problem | LocatedProblem): string {
  const { path, message, hint } = problem;
  const place = "file" in problem ? `${problem.file}:${problem.line}:${problem.column}` : "";
  const sentence = hint === undefined ? message : `${message}; ${hint}`;
  return [place, path, sentence].filter((part) => part !== "").join("  ");
}

/** `["routes", 2, "cache", "ttl"]` → `routes[2].cache.ttl`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(step)))
      text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text;
}
