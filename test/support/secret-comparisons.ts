// Finds comparisons of credentials, signatures and codes that end at the first difference: their time tells how much of a forged one is
// right. They go through shared/is-same.ts. A value counts as secret by what it is called, or by what has made it.
import { everyNode, isSyntax, type Syntax } from "./syntax.ts";

/** Where such values are at hand. */
const GUARDED = [
  "worker/admission/",
  "worker/admin/",
  "worker/purging/",
  "worker/balancing/",
  "worker/adapters/",
  "shared/admin/",
  "shared/secrets/",
];

/** The last word of a name: `token`, `presentedToken`, `known.sha256`. */
const CALLED =
  /(?:^|[a-z0-9])(?:token|secret|password|passphrase|credential|signature|seal|mac|hmac|code|codes|digest|hash|sha256|apiKey)$/i;

/** What computes such a value: the functions of the ports and of the adapters, and what shortens it for its place in a text. */
const MAKES =
  /^(?:mac|macWith|digest|sign|sealOf|maskOf|codeOf|hashOf|pbkdf2|bcrypt|shaCrypt|md5Crypt|secrets|secretFor|keyedHash)$/;

/** Methods that compare as `===` does. */
const COMPARES = new Set(["includes", "indexOf", "lastIndexOf", "startsWith", "endsWith", "localeCompare"]);

const EQUALITY = new Set(["===", "!==", "==", "!="]);

/** What has such a name in a file and is no secret. */
export const NO_SECRETS: Readonly<Record<string, string>> = {
  "worker/adapters/followed-socket.ts": "a code says why a WebSocket is closed",
  "worker/adapters/keeper-lists.ts": "a digest tells versions of an address list apart",
  "worker/adapters/list-log.ts": "a digest tells versions of an address list apart",
  "worker/adapters/lists-on-disk.ts": "a digest tells versions of an address list apart",
  "worker/admission/list-shelf.ts": "a digest tells versions of an address list apart",
};

export const mayCompareSecrets = (file: string): boolean =>
  !(file in NO_SECRETS) && GUARDED.some((place) => file.startsWith(place));

export function* secretComparisons(program: Syntax): Generator<string> {
  const made = new Set<string>();
  for (const node of everyNode(program))
    if (node.type === "VariableDeclarator" && isSyntax(node.init) && isMade(node.init))
      made.add(nameOf(node.id) ?? "");
  const isSecret = (node: unknown): boolean => {
    const value = unwrapped(node);
    if (!isSyntax(value)) return false;
    const name = nameOf(value);
    return name === undefined ? isMade(value) : CALLED.test(name) || made.has(name);
  };
  for (const node of everyNode(program)) {
    if (node.type === "BinaryExpression" && EQUALITY.has(String(node.operator))) {
      const sides = [node.left, node.right].map(unwrapped);
      if (sides.some(isSecret) && !sides.some(isPlain)) yield `compares a secret by ${node.operator}`;
    }
    if (node.type === "CallExpression") {
      const { property, object } = node.callee as Syntax;
      const method = isSyntax(property) ? String(property.name) : "";
      const [given] = (node.arguments ?? []) as unknown[];
      if (COMPARES.has(method) && !isPlain(given) && (isSecret(given) || isSecret(object)))
        yield `compares a secret by ${method}()`;
    }
  }
}

/** Whether a value is there, of which kind or how long it is: nothing of its content. */
const isPlain = (node: unknown): boolean =>
  isSyntax(node) &&
  (node.type === "Literal" ||
    (node.type === "TemplateLiteral" && (node.expressions as unknown[]).length === 0) ||
    (node.type === "UnaryExpression" && node.operator === "typeof") ||
    nameOf(node) === "undefined" ||
    nameOf(node) === "length");

function isMade(node: Syntax): boolean {
  const value = unwrapped(node);
  if (!isSyntax(value)) return false;
  if (value.type === "LogicalExpression")
    return [value.left, value.right].some((one) => isSyntax(one) && isMade(one));
  if (value.type !== "CallExpression") return false;
  // What is made of it, such as its Base64, is as secret.
  return (
    MAKES.test(nameOf(value.callee) ?? "") ||
    (value.arguments as unknown[]).some((one) => isSyntax(one) && isMade(one))
  );
}

/** Without what changes nothing of the content: `await`, parentheses, `!`, `as`, `?.`. */
function unwrapped(node: unknown): unknown {
  if (!isSyntax(node)) return node;
  if (node.type === "AwaitExpression") return unwrapped(node.argument);
  const wraps = /^(?:ParenthesizedExpression|ChainExpression|TS(?:As|NonNull|Satisfies)Expression)$/;
  return wraps.test(node.type) ? unwrapped(node.expression) : node;
}

/** Of a variable, or of what stands after the last dot. */
function nameOf(node: unknown): string | undefined {
  const value = unwrapped(node);
  if (!isSyntax(value)) return undefined;
  if (value.type === "Identifier") return String(value.name);
  if (value.type === "MemberExpression" && value.computed !== true) return nameOf(value.property);
  return undefined;
}
