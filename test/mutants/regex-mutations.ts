// The small faults that can be planted in a regular expression: an anchor lost, a quantifier of another kind, a class turned
// round, a flag left out. The expression is read sign by sign; what would be no expression is left out.

/** Literals, ready to stand in a source text. */
export function regexMutations(pattern: string, flags: string): string[] {
  const patterns = new Set<string>();
  const replace = (from: number, to: number, text: string) =>
    patterns.add(pattern.slice(0, from) + text + pattern.slice(to));
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === "\\") {
      const escaped = pattern[at + 1] ?? "";
      if (/[dDwWsSbB]/.test(escaped)) replace(at + 1, at + 2, turned(escaped));
      at++;
    } else if (inClass) {
      inClass = sign !== "]";
    } else if (sign === "[") {
      inClass = true;
      if (pattern[at + 1] === "^") replace(at + 1, at + 2, "");
      else replace(at + 1, at + 1, "^");
    } else if (sign === "^" || sign === "$") replace(at, at + 1, "");
    else if (sign === "*" || sign === "+") replace(at, at + 1, sign === "*" ? "+" : "*");
    else if (sign === "?" && isQuantifier(pattern, at)) replace(at, at + 1, "");
    else if (sign === "{") {
      const [bounds, least, most] = /^\{(\d+)(,?\d*)\}/.exec(pattern.slice(at)) ?? [];
      if (bounds === undefined) continue;
      replace(at, at + bounds.length, `{${Number(least) + 1}${most}}`);
      if (/\d/.test(most ?? "")) replace(at, at + bounds.length, `{${least},${Number(most?.slice(1)) + 1}}`);
    }
  }
  const others = [...patterns]
    .filter((other) => isExpression(other, flags))
    .map((other) => `/${other}/${flags}`);
  if (flags.includes("i")) others.push(`/${pattern}/${flags.replace("i", "")}`);
  if (flags.includes("g")) others.push(`/${pattern}/${flags.replace("g", "")}`);
  return others;
}

const turned = (letter: string): string =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();

/** Neither of a group (`(?:`) nor of another quantifier (`+?`). */
const isQuantifier = (pattern: string, at: number): boolean =>
  (at > 0 && !/[(*+?}]/.test(pattern[at - 1] ?? "")) || pattern[at - 2] === "\\";

function isExpression(pattern: string, flags: string): boolean {
  if (pattern === "" || pattern.startsWith("*")) return false;
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
