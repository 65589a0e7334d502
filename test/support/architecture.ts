// Which way may code point, and what may a pure file do? The rules of the house, as a function from the texts of
// worker/ and shared/ to the breaches in them, so that a test can also plant breaches and see them found.
import { parseAst } from "vitest/node";

/** File path from the root of the project → its text. */
export type Sources = Readonly<Record<string, string>>;

export interface Breach {
  readonly file: string;
  readonly breach: string;
}

type Kind = "shared" | "pure" | "ports" | "flow" | "adapter" | "shell";

/** The files that await: they put pure decisions and acts of the ports in order, and hold no rule of HTTP. */
export const FLOWS: readonly string[] = [
  "worker/pipeline.ts",
  "worker/routing/find-site.ts",
  "worker/balancing/send.ts",
  "worker/balancing/replay.ts",
  "worker/caching/fetch-through.ts",
];

/** Pure files that stand beside the pipeline; all others belong into a stage's folder. */
const ROOT_PURE = ["worker/message.ts", "worker/outcome.ts", "worker/refusal.ts", "worker/site.ts"];
const STAGES = ["routing", "admission", "rewriting", "caching", "balancing", "delivery", "explaining"];

/** Why a file outside the flows may be async all the same. */
export const ASYNC_EXCEPTIONS: Readonly<Record<string, string>> = {
  "shared/site/version.ts":
    "a fingerprint needs SHA-256, and WebCrypto's is the only one that both runtimes have",
};

/** Whom a file may import values from. The types of a flow's result may travel further: outcome.ts holds them. */
const VALUES_FROM: Readonly<Record<Kind, readonly Kind[]>> = {
  shared: ["shared"],
  ports: [],
  pure: ["shared", "pure"],
  flow: ["shared", "pure", "flow"],
  adapter: ["shared", "pure", "adapter"],
  shell: ["shared", "pure", "flow", "adapter", "shell"],
};
const TYPES_FROM: Readonly<Record<Kind, readonly Kind[]>> = {
  shared: ["shared"],
  ports: ["shared", "pure", "ports"],
  pure: ["shared", "pure", "ports", "flow"],
  flow: ["shared", "pure", "ports", "flow"],
  adapter: ["shared", "pure", "ports", "adapter"],
  shell: ["shared", "pure", "ports", "flow", "adapter", "shell"],
};

/** Globals through which a file would reach clock, dice, network, log or memory without asking a port. */
const WORLD = new Set(
  (
    "fetch caches console crypto performance navigator process globalThis self scheduler setTimeout setInterval " +
    "clearTimeout clearInterval queueMicrotask WebSocket EventSource HTMLRewriter"
  ).split(" "),
);

export function breachesIn(sources: Sources): Breach[] {
  const breaches: Breach[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, text] of Object.entries(sources)) {
    const report = (breach: string) => breaches.push({ file, breach });
    const kind = kindOf(file);
    if (!kind) {
      report("stands in no known place: a stage's folder, adapters/, or the list of flows");
      continue;
    }
    const program = parseAst(text, { lang: "ts" }) as unknown as Syntax;
    const imports = importsOf(program, file);
    for (const found of imports) {
      const objection = objectionToImport(kind, found);
      if (objection) report(objection);
    }
    graph.set(
      file,
      imports.filter(({ typeOnly, file: to }) => !typeOnly && to in sources).map(({ file: to }) => to),
    );
    if (kind === "shared" || kind === "pure" || kind === "flow") {
      for (const fault of worldlyFaults(program)) report(fault);
    }
    if ((kind === "shared" || kind === "pure") && !(file in ASYNC_EXCEPTIONS)) {
      for (const fault of asyncFaults(program)) report(fault);
    }
  }
  return [...breaches.filter(({ file, breach }) => !isExcused(file, breach)), ...cyclesIn(graph)];
}

/** An exception is for one file and for what it says: WebCrypto, nothing else. */
const isExcused = (file: string, breach: string): boolean =>
  file in ASYNC_EXCEPTIONS && breach === "reaches for crypto";

function kindOf(file: string): Kind | undefined {
  if (file.startsWith("shared/")) return "shared";
  if (FLOWS.includes(file)) return "flow";
  if (file === "worker/ports.ts") return "ports";
  if (file === "worker/app.ts" || file === "worker/index.ts") return "shell";
  if (file.startsWith("worker/adapters/")) return "adapter";
  if (ROOT_PURE.includes(file)) return "pure";
  return STAGES.some((stage) => file.startsWith(`worker/${stage}/`)) ? "pure" : undefined;
}

interface Import {
  /** The file it leads to, or the name of a package. */
  readonly file: string;
  readonly typeOnly: boolean;
}

/** What the runtimes have and the others do not: only adapters and the shell may know where they run. */
const PLATFORM = /^(node|cloudflare|workerd):/;

function objectionToImport(kind: Kind, { file, typeOnly }: Import): string | undefined {
  if (PLATFORM.test(file)) {
    return kind === "adapter" || kind === "shell" ? undefined : `${kind} imports the platform (${file})`;
  }
  if (!/^(worker|shared|cli|test|origin-mock)\//.test(file)) return undefined; // a package
  const to = kindOf(file);
  if (!to) return `imports ${file}, which is outside worker/ and shared/`;
  const allowed = typeOnly ? TYPES_FROM : VALUES_FROM;
  return allowed[kind].includes(to) ? undefined : `${kind} imports ${to} (${file})`;
}

// A node of the syntax tree, in the shape of ESTree with TypeScript's additions.
interface Syntax {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

function* childrenOf(node: Syntax): Generator<Syntax> {
  for (const value of Object.values(node)) {
    if (isSyntax(value)) yield value;
    else if (Array.isArray(value)) yield* value.filter(isSyntax);
  }
}

function* everyNode(node: Syntax): Generator<Syntax> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

/** The wrappers of TypeScript that hold a value; all its other nodes are types, and types do nothing. */
const VALUE_WRAPPERS = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

function* everyValue(node: Syntax): Generator<Syntax> {
  if (node.type.startsWith("TS") && !VALUE_WRAPPERS.has(node.type)) return;
  yield node;
  for (const child of childrenOf(node)) {
    // The name after a dot, and a key before a colon, name no variable.
    const names = (node.type === "MemberExpression" && child === node.property) || child === node.key;
    if (!(names && !node.computed && child.type === "Identifier")) yield* everyValue(child);
  }
}

function importsOf(program: Syntax, from: string): Import[] {
  const found: Import[] = [];
  for (const node of everyNode(program)) {
    if (!/^(Import(Declaration|Expression)|Export(All|Named)Declaration|TSImportType)$/.test(node.type))
      continue;
    const source = node.source as Syntax | null | undefined;
    if (typeof source?.value !== "string") continue;
    found.push({ file: resolve(from, source.value), typeOnly: isTypeOnly(node) });
  }
  return found;
}

function isTypeOnly(node: Syntax): boolean {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = (node.specifiers ?? []) as Syntax[];
  return (
    specifiers.length > 0 &&
    specifiers.every(({ importKind, exportKind }) => importKind === "type" || exportKind === "type")
  );
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith(".") ? new URL(specifier, `file:///${from}`).pathname.slice(1) : specifier;
}

function* worldlyFaults(program: Syntax): Generator<string> {
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

function* asyncFaults(program: Syntax): Generator<string> {
  for (const node of everyValue(program)) {
    if (node.async === true) yield "has an async function";
    if (node.type === "AwaitExpression" || node.await === true) yield "awaits";
    if (node.type === "Identifier" && node.name === "Promise") yield "makes a Promise";
    if (node.type === "ImportExpression") yield "imports while it runs";
  }
}

/** What a module keeps between requests, one client can leave for the next. */
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

/** The variable whose value this changes: `seen.set(…)`, `seen[key] = …`, `delete seen.x`. */
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

/**
 * Cycles of values only. Types may go round: ports.ts names what the stages make, and the stages name
 * what a port hands them; such a circle is gone when the types are stripped.
 */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): Breach[] {
  const breaches: Breach[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      breaches.push({ file, breach: `imports itself in a circle: ${[...path.slice(at), file].join(" → ")}` });
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return breaches;
}
