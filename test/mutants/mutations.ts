// The small faults that can be planted in a source text, one at a time. Texts for people (with a space in them) are left
// as they are: no test ought to hold every word of a message.
import { everyNode, isSyntax, type Syntax, syntaxOf } from "../support/syntax.ts";
import { regexMutations } from "./regex-mutations.ts";

export interface Mutation {
  /** What is replaced: an expression, or a statement that is left out. */
  readonly start: number;
  readonly end: number;
  readonly statement: boolean;
  /** The whole of it, with the fault. */
  readonly mutated: string;
  readonly line: number;
  /** `a < b → a <= b`, for people and for the list of explained survivors. */
  readonly change: string;
}

interface Edit {
  readonly node: Syntax;
  readonly text: string;
}

export function mutationsOf(text: string): Mutation[] {
  const root = syntaxOf(text);
  const parents = parentsIn(root);
  const mutations: Mutation[] = [];
  const seen = new Set<string>();
  for (const node of everyNode(root)) {
    if (isOfTypes(node, parents)) continue;
    for (const edit of editsOf(node, text, parents)) {
      const { start, end } = spanOf(edit.node);
      const host = hostOf(edit.node, parents);
      const mutated = text.slice(host.start, start) + edit.text + text.slice(end, host.end);
      const change = `${oneLine(text.slice(start, end))} → ${oneLine(edit.text) || "(nothing)"}`;
      const key = `${start} ${change}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const line = text.slice(0, start).split("\n").length;
      mutations.push({ ...host, mutated, line, change, statement: edit.node.type.endsWith("Statement") });
    }
    if (node.type === "BlockStatement") mutations.push(...swaps(node.body as Syntax[], text));
  }
  return mutations;
}

/** Acts in another order: neighbours that declare nothing, and do not edit two fields of the same headers. */
function swaps(body: readonly Syntax[], text: string): Mutation[] {
  const isAct = ({ type, directive }: Syntax) =>
    (type === "ExpressionStatement" && !directive) || type === "ForOfStatement";
  const source = ({ start, end }: Span) => text.slice(start, end);
  const runs: Syntax[][] = [[]];
  for (const node of body)
    if (isAct(node)) runs.at(-1)?.push(node);
    else runs.push([]);
  return runs.flatMap((run) =>
    run.slice(1).flatMap((second, at): Mutation[] => {
      if (editTwoFields(run[at] as Syntax, second, source)) return [];
      const acts = run.map(spanOf);
      const first = acts[at] as Span;
      const other = spanOf(second);
      const start = acts[0]?.start ?? 0;
      const end = acts.at(-1)?.end ?? 0;
      const between = text.slice(first.end, other.start);
      const swapped = `${source(other)}${between}${source(first)}`;
      return [
        {
          start,
          end,
          statement: true,
          mutated: text.slice(start, first.start) + swapped + text.slice(other.end, end),
          line: text.slice(0, first.start).split("\n").length,
          change: `${oneLine(source(first))} ⇄ ${oneLine(source(other))}`,
        },
      ];
    }),
  );
}

/**
 * `headers.set("a", …); headers.delete("b");`: header fields are listed by name, so no one can tell which was written
 * first. One whose value is read from the same headers may depend on the other.
 */
function editTwoFields(one: Syntax, other: Syntax, source: (span: Syntax & Span) => string): boolean {
  const [first, second] = [one, other].map((act) => {
    const call = act.expression as Syntax | undefined;
    const callee = call?.callee as Syntax | undefined;
    if (!call || callee?.type !== "MemberExpression") return undefined;
    const [name, ...others] = call.arguments as Syntax[];
    const on = source(callee.object as Syntax & Span);
    const isEdit = ["set", "append", "delete"].includes(String((callee.property as Syntax).name));
    if (!isEdit || name?.type !== "Literal" || typeof name.value !== "string") return undefined;
    const readsItself = others.some((part) => source(part as Syntax & Span).includes(on));
    return readsItself ? undefined : { on, name: name.value };
  });
  return first !== undefined && first.on === second?.on && first.name !== second.name;
}

type Parents = ReadonlyMap<Syntax, { readonly node: Syntax; readonly key: string }>;

function parentsIn(root: Syntax): Parents {
  const parents = new Map<Syntax, { node: Syntax; key: string }>();
  for (const node of everyNode(root)) {
    for (const [key, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isSyntax(child)) parents.set(child, { node, key });
    }
  }
  return parents;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const spanOf = (node: Syntax): Span => ({ start: node.start as number, end: node.end as number });
const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const VALUE_WRAPPERS = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

function isOfTypes(node: Syntax, parents: Parents): boolean {
  for (let at: Syntax | undefined = node; at; at = parents.get(at)?.node) {
    if (at.type.startsWith("TS") && !VALUE_WRAPPERS.has(at.type)) return true;
    if (at.type === "ImportDeclaration" || (at.type.startsWith("Export") && at.source)) return true;
  }
  return false;
}

/** A link of `a?.b.trim()` is no expression of its own: then the whole chain is replaced. */
function hostOf(node: Syntax, parents: Parents): { start: number; end: number } {
  let host = node;
  for (let at = node, up = parents.get(at); up; at = up.node, up = parents.get(at)) {
    const isLink =
      (up.key === "object" || up.key === "callee" || up.key === "expression") &&
      up.node.type !== "ExpressionStatement";
    if (!isLink) break;
    if (up.node.type === "ChainExpression") host = up.node;
  }
  return spanOf(host);
}

const SWAPPED: Readonly<Record<string, readonly string[]>> = {
  "<": ["<="],
  "<=": ["<"],
  ">": [">="],
  ">=": [">"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
};

/** Calls that give something like what they are called on. */
const DROPPABLE = new Set(
  "trim trimStart trimEnd toLowerCase toUpperCase sort toSorted reverse toReversed filter slice replace replaceAll concat flat".split(
    " ",
  ),
);
const OTHER_METHOD = new Map(
  Object.entries({
    some: "every",
    every: "some",
    startsWith: "endsWith",
    endsWith: "startsWith",
    min: "max",
    max: "min",
    floor: "ceil",
    ceil: "floor",
  }),
);

const BARE = new Set(
  "Identifier Literal TemplateLiteral MemberExpression CallExpression ThisExpression ArrayExpression SpreadElement".split(
    " ",
  ),
);

function editsOf(node: Syntax, text: string, parents: Parents): Edit[] {
  const source = (part: unknown): string => {
    const { start, end } = spanOf(part as Syntax);
    // The tree knows no parentheses, and what comes out may need them.
    return BARE.has((part as Syntax).type) ? text.slice(start, end) : `(${text.slice(start, end)})`;
  };
  const become = (...texts: string[]): Edit[] => texts.map((to) => ({ node, text: to }));
  const instead = (part: unknown, ...texts: string[]): Edit[] =>
    texts.map((to) => ({ node: part as Syntax, text: to }));
  const { type, left, right } = node;

  if (type === "BinaryExpression") {
    const operator = String(node.operator);
    if (operator === "+" && (isText(left) || isText(right))) return [];
    return (SWAPPED[operator] ?? []).flatMap((other) => become(`${source(left)} ${other} ${source(right)}`));
  }
  if (type === "LogicalExpression") {
    const operator = String(node.operator);
    const sides = become(source(left), source(right));
    if (operator === "??") return sides;
    return [...become(`${source(left)} ${operator === "&&" ? "||" : "&&"} ${source(right)}`), ...sides];
  }
  if (type === "UnaryExpression" && node.operator === "!") return become(source(node.argument));
  if (type === "ConditionalExpression") return become(source(node.consequent), source(node.alternate));
  if (type === "IfStatement") return instead(node.test, "true", "false");
  if (type === "AssignmentExpression" && isStatement(node, parents)) {
    const operator = String(node.operator);
    const other = operator === "+=" ? "-=" : operator === "-=" ? "+=" : undefined;
    return other ? become(`${source(left)} ${other} ${source(right)}`) : [];
  }
  if (type === "UpdateExpression" && parents.get(node)?.node.type !== "ForStatement")
    return become(
      text
        .slice(node.start as number, node.end as number)
        .replace(/\+\+|--/, (sign) => (sign === "++" ? "--" : "++")),
    );
  if (type === "Literal") return become(...otherLiterals(node, parents));
  if (type === "TemplateLiteral") return become(...otherTemplate(node, text, parents));
  if (type === "CallExpression") return callEdits(node, source, become);
  if (type === "ExpressionStatement" && !node.directive) return become("");
  if (["ContinueStatement", "BreakStatement", "ThrowStatement"].includes(type))
    return isConditional(node, parents) ? [] : become("");
  return [];
}

const isText = (part: unknown): boolean =>
  isSyntax(part) &&
  ((part.type === "Literal" && typeof part.value === "string") || part.type === "TemplateLiteral");

const isStatement = (node: Syntax, parents: Parents): boolean =>
  parents.get(node)?.node.type === "ExpressionStatement";

/** Where an `if` stands before it alone, its condition is mutated already. */
const isConditional = (node: Syntax, parents: Parents): boolean => {
  const up = parents.get(node)?.node;
  const outer = up?.type === "BlockStatement" ? parents.get(up)?.node : up;
  return outer?.type === "IfStatement";
};

function otherLiterals(node: Syntax, parents: Parents): string[] {
  const up = parents.get(node);
  const isKey = up?.key === "key" && !up.node.computed;
  if (isKey || up?.key === "directive" || up?.node.directive || isForPeople(node, parents)) return [];
  if (isSyntax(node.regex) || "regex" in node) {
    const { pattern, flags } = node.regex as { pattern: string; flags: string };
    return regexMutations(pattern, flags);
  }
  const { value } = node;
  if (typeof value === "boolean") return [String(!value)];
  if (typeof value === "number") return [String(value + 1)];
  if (typeof value === "string") {
    if (value.trim().includes(" ")) return [];
    return [value === "" ? '"mutated"' : '""'];
  }
  return [];
}

function otherTemplate(node: Syntax, text: string, parents: Parents): string[] {
  if (parents.get(node)?.node.type === "TaggedTemplateExpression" || isForPeople(node, parents)) return [];
  const literals = (node.quasis as Syntax[]).map((part) => String((part.value as { raw: string }).raw));
  if (literals.some((literal) => literal.trim().includes(" ") || /[a-z] | [a-z]/.test(literal))) return [];
  return text.slice(node.start as number, node.end as number) === "``" ? [] : ["``"];
}

/** What `describe` tells the readers of the documentation. */
function isForPeople(node: Syntax, parents: Parents): boolean {
  const up = parents.get(node);
  if (up?.node.type !== "CallExpression" || up.key !== "arguments") return false;
  const callee = up.node.callee as Syntax;
  return callee.type === "MemberExpression" && (callee.property as Syntax).name === "describe";
}

function callEdits(
  node: Syntax,
  source: (part: unknown) => string,
  become: (...texts: string[]) => Edit[],
): Edit[] {
  const callee = node.callee as Syntax;
  if (callee.type !== "MemberExpression" || callee.computed) return [];
  const name = String((callee.property as Syntax).name);
  const on = source(callee.object);
  const others = OTHER_METHOD.get(name);
  const args = (node.arguments as Syntax[]).map(source);
  const dot = callee.optional ? "?." : ".";
  const edits = DROPPABLE.has(name) ? become(on) : [];
  if (others) edits.push(...become(`${on}${dot}${others}(${args.join(", ")})`));
  if (name === "slice" && args.length === 2) edits.push(...become(`${on}${dot}slice(${args[0]})`));
  return edits;
}
