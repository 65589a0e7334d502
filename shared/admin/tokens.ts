// Which tokens open the admin API? Each has a name, scopes and the hash of its secret: `ci purge+publish 9f86d0…`.
import { isSame } from "../is-same.ts";
import { err, ok, type Result } from "../result.ts";
import { SCOPES, type Scope } from "./scopes.ts";

/** Who calls, and what they may do. */
export interface Caller {
  /** What the audit log calls them. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface KnownToken extends Caller {
  /** SHA-256 of the secret, as hexadecimal digits in lower case. */
  readonly sha256: string;
}

/** A shorter secret could be guessed. `openssl rand -hex 32` makes a good one. */
export const MIN_TOKEN_LENGTH = 16;

const FORM =
  "write NAME:SCOPES:SHA256, for example ci:purge+publish:9f86…, with spaces or commas between tokens";
const TOKEN = /^([\w.@-]{1,64}):([a-z+]+):([\da-f]{64})$/;

/** HEADGATE_ADMIN_TOKENS. The error is a sentence. It repeats no text, which could be a secret in the wrong place. */
export function readTokens(text: string): Result<KnownToken[], string> {
  const tokens: KnownToken[] = [];
  for (const [index, one] of text
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .entries()) {
    const [, name, words, sha256] = TOKEN.exec(one) ?? [];
    if (name === undefined || words === undefined || sha256 === undefined)
      return err(`token ${index + 1} has another form; ${FORM}`);
    const scopes = readScopes(words);
    if (!scopes) return err(`token ${name}: the scopes are ${SCOPES.join(", ")}, or all`);
    if (tokens.some((other) => other.name === name)) return err(`there are two tokens named ${name}`);
    tokens.push({ name, scopes, sha256 });
  }
  return ok(tokens);
}

export const writeToken = ({ name, scopes, sha256 }: KnownToken): string =>
  `${name}:${scopes.length === SCOPES.length ? ALL : scopes.join("+")}:${sha256}`;

const ALL = "all";

function readScopes(words: string): readonly Scope[] | undefined {
  if (words === ALL) return SCOPES;
  const wanted = words.split("+");
  return wanted.every(isScope) ? wanted : undefined;
}

const isScope = (word: string): word is Scope => (SCOPES as readonly string[]).includes(word);

/** Takes as long for every hash, so that its duration tells nothing about those that are known. */
export function tokenOf(sha256: string, known: readonly KnownToken[]): KnownToken | undefined {
  let found: KnownToken | undefined;
  for (const token of known) if (isSame(token.sha256, sha256)) found = token;
  return found;
}
