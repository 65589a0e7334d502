// Reads `_redirects`: a path, where it leads, and a status, on one line each. The first rule that matches wins, before any file. A 200
// leads to another file of the folder without the client's knowledge.
import { compileRedirect, type Redirect, redirectLocation } from "../delivery/redirect.ts";
import type { Asked } from "../message.ts";
import { compilePathTable, type PathTable } from "../routing/path-table.ts";
import { linesOf, MAX_RULES, patternOf, type RuleFault } from "./rule-lines.ts";

export interface Redirects {
  readonly table: PathTable<Redirect>;
  readonly faults: readonly RuleFault[];
}

export type Redirected =
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  /** The path of the file that answers. */
  | { readonly kind: "rewrite"; readonly path: string };

export function readRedirects(text: string): Redirects {
  const rules: { readonly patterns: readonly string[]; readonly value: Redirect }[] = [];
  const faults: RuleFault[] = [];
  for (const { line, text: written } of linesOf(text)) {
    const rule =
      rules.length < MAX_RULES ? readRule(written) : new Error(`there are more than ${MAX_RULES} rules`);
    if (rule instanceof Error) faults.push({ line, message: rule.message });
    else rules.push(rule);
    if (rules.length === MAX_RULES && rule instanceof Error) break;
  }
  return { table: compilePathTable(rules), faults };
}

export function redirected(
  { table }: Redirects,
  { path, query }: Pick<Asked, "path" | "query">,
): Redirected | undefined {
  // No rule takes its host from the request.
  const asked = { path, query, authority: "", host: "" };
  for (const { value: redirect, captures } of table.match(path)) {
    if (redirect.status !== 200)
      return {
        kind: "redirect",
        status: redirect.status,
        location: redirectLocation(redirect, asked, captures()),
      };
    return { kind: "rewrite", path: redirectLocation({ ...redirect, keepsQuery: false }, asked, captures()) };
  }
  return undefined;
}

function readRule(
  written: string,
): { readonly patterns: readonly string[]; readonly value: Redirect } | Error {
  const [from = "", to, status = "302", ...more] = written
    .replace(/\s#.*$/, "")
    .trim()
    .split(/\s+/);
  if (to === undefined) return new Error("a rule is a path, where it leads, and a status");
  if (more.length > 0 || /^\w+=/.test(to))
    return new Error("conditions cannot be followed: a rule is a path, where it leads, and a status");
  const code = STATUS.exec(status)?.[1];
  if (code === undefined)
    return new Error(`the status ${status} cannot be followed; write 200, 301, 302, 303, 307 or 308`);
  const pattern = patternOf(from);
  if (pattern instanceof Error) return pattern;
  const objection = objectionToTarget(to, code);
  if (objection !== undefined) return new Error(objection);
  const path = to.replaceAll(":splat", "*");
  return { patterns: [pattern], value: compile(path, Number(code)) };
}

/** Netlify marks what goes before a file by an exclamation mark. Here all rules do. */
const STATUS = /^(200|30[12378])!?$/;

function objectionToTarget(to: string, code: string): string | undefined {
  if (/^\/(?![/\\])/.test(to)) return undefined;
  if (!/^https?:\/\/[^/?#\\@:*\s]+(?::\d+)?(?:[/?#]|$)/.test(to) || !URL.canParse(to))
    return "where it leads must begin with one / or be a URL whose host is written out";
  return code === "200" ? "a 200 leads to a file of the folder: write a path" : undefined;
}

function compile(to: string, status: number): Redirect {
  // A 200 is no redirect, and is told apart by it.
  const redirect = compileRedirect(
    { to, status: status === 200 ? 302 : (status as 301), keepQuery: true, scheme: undefined },
    [],
  );
  return { ...redirect, status };
}
