// A source text as its syntax tree, and the walks over it that the architecture's rules need.
import { parseAst } from "vitest/node";

export const syntaxOf = (text: string): Syntax => parseAst(text, { lang: "ts" }) as unknown as Syntax;

/** A node of the tree, in the shape of ESTree with TypeScript's additions. */
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

/** The wrappers of TypeScript that hold a value; all its other nodes are types, and types do nothing. */
const VALUE_WRAPPERS = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

export function* everyValue(node: Syntax): Generator<Syntax> {
  if (node.type.startsWith("TS") && !VALUE_WRAPPERS.has(node.type)) return;
  yield node;
  for (const child of childrenOf(node)) {
    // The name after a dot, and a key before a colon, name no variable.
    const names = (node.type === "MemberExpression" && child === node.property) || child === node.key;
    if (!(names && !node.computed && child.type === "Identifier")) yield* everyValue(child);
  }
}
