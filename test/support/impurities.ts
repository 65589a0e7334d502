// Finds what neither a pure file nor a flow may do: access the outside world, keep state, or wait.
import { everyNode, everyValue, isSyntax, type Syntax } from "./syntax.ts";

/** Globals that give access to clock, randomness, network, log or memory without a port. */
const WORLD = new Set(
  (
    "fetch caches console crypto performance navigator process globalThis self scheduler setTimeout setInterval " +
    "clearTimeout clearInterval queueMicrotask WebSocket EventSource HTMLRewriter"
  ).split(" "),
);

export function* worldlyFaults(program: Syntax): Generator<string> {
  for (const node of everyValue(program)) {
    if (node.type === "Identifier" && WORLD.has(String(node.name))) yield `reaches for ${node.name}`;
    if (isMember(node, "Math", "random")) yield "throws dice (Math.random)";
    if (isMember(node, "Date", "now")) yield "reads the clock (Date.now)";
    if (node.type === "NewExpression" && isNamed(node.callee, "Date") && isEmpty(node.arguments)) {
      yield "reads the clock (new Date())";
    }
    if (node.type === "CallExpression" && isNamed(node.callee, "Date")) yield "reads the clock (Date())";
  }
  yield* moduleState(program);
}

export function* asyncFaults(program: Syntax): Generator<string> {
  for (const node of everyValue(program)) {
    if (node.async === true) yield "has an async function";
    if (node.type === "AwaitExpression" || node.await === true) yield "awaits";
    if (node.type === "Identifier" && node.name === "Promise") yield "makes a Promise";
    if (node.type === "ImportExpression") yield "imports while it runs";
  }
}

const STARTS_TIMER = new Set(["setTimeout", "setInterval", "after"]);

/** What starts a timer must keep what calls it off: a timer that keeps running makes a request more expensive. */
export function* timerFaults(program: Syntax): Generator<string> {
  const kept = new Set<unknown>();
  for (const node of everyNode(program)) {
    if (node.type === "VariableDeclarator") kept.add(node.init);
    if (node.type === "AssignmentExpression") kept.add(node.right);
    if (node.type === "ReturnStatement") kept.add(node.argument);
    if (node.type === "CallExpression") for (const given of node.arguments as unknown[]) kept.add(given);
  }
  for (const node of everyNode(program)) {
    if (node.type !== "CallExpression" || kept.has(node)) continue;
    const callee = node.callee as Syntax;
    const name = nameOf(callee) ?? nameOf(callee.property);
    if (name !== undefined && STARTS_TIMER.has(name)) yield `starts a timer that nothing calls off (${name})`;
  }
}

/** State in a module could pass from one client's request to another's. */
function* moduleState(program: Syntax): Generator<string> {
  const kept = new Set<string>();
  for (const statement of program.body as Syntax[]) {
    const declared = isSyntax(statement.declaration) ? statement.declaration : statement;
    if (declared.type !== "VariableDeclaration" || declared.declare === true) continue;
    if (declared.kind !== "const") yield `keeps module state (${declared.kind})`;
    for (const { id } of declared.declarations as Syntax[]) if (isSyntax(id)) kept.add(String(id.name));
  }
  for (const node of everyValue(program)) {
    const changed = nameOfChanged(node);
    if (changed !== undefined && kept.has(changed)) yield `keeps module state (changes ${changed})`;
  }
}

const CHANGES = new Set(
  "set add push unshift splice pop shift sort reverse fill delete clear append".split(" "),
);

/** The variable whose value this statement changes: `seen.set(…)`, `seen[key] = …`, `delete seen.x`. */
function nameOfChanged(node: Syntax): string | undefined {
  if (node.type === "CallExpression") {
    const callee = node.callee as Syntax;
    if (callee.type !== "MemberExpression") return undefined;
    return CHANGES.has(String((callee.property as Syntax).name)) ? nameOf(callee.object) : undefined;
  }
  const place = node.type === "AssignmentExpression" ? node.left : node.argument;
  const changes =
    node.type === "AssignmentExpression" || node.type === "UpdateExpression" || node.operator === "delete";
  return changes && isSyntax(place) && place.type === "MemberExpression" ? nameOf(place.object) : undefined;
}

const nameOf = (node: unknown): string | undefined =>
  isSyntax(node) && node.type === "Identifier" ? String(node.name) : undefined;
const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
const isNamed = (node: unknown, name: string): boolean => nameOf(node) === name;
const isMember = (node: Syntax, object: string, property: string): boolean =>
  node.type === "MemberExpression" && isNamed(node.object, object) && isNamed(node.property, property);
