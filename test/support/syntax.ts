// Parses a source text into a syntax tree, and provides the traversals that the architecture rules need.
import { parseAst } from "vitest/node";

export const syntaxOf = (text: string): Syntax => parseAst(text, { lang: "ts" }) as unknown as Syntax;

/** A node in the shape of ESTree with TypeScript's additions. */
export interface Syntax {
  readonly type: string;
  readonly [key: string]: unknown;
}

export const isSyntax = (value: unknown): value is Syntax =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

function* childrenOf(node: Syntax): Generator<Syntax> {
  for (const value of Object.values(node)) {
    if (isSyntax(value)) yield value;
    else if (Array.isArray(value)) yield* value.filter(isSyntax);
  }
}

export function* everyNode(node: Syntax): Generator<Syntax> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

/** TypeScript nodes that wrap a value. All its other nodes are types, which have no effect at run time. */
const VALUE_WRAPPERS = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

export function* everyValue(node: Syntax): Generator<Syntax> {
  if (node.type.startsWith("TS") && !VALUE_WRAPPERS.has(node.type)) return;
  yield node;
  for (const child of childrenOf(node)) {
    // The name after a dot and the key before a colon do not refer to variables.
    const names = (node.type === "MemberExpression" && child === node.property) || child === node.key;
    if (!(names && !node.computed && child.type === "Identifier")) yield* everyValue(child);
  }
}
