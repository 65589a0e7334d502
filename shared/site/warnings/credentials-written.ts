// Does the file have a credential in it that ought to be a secret of the edge? A site file lies in a repository, in KV and in the answers of
// the admin API. The patterns are those by which scanners find keys (gitleaks, config/gitleaks.toml; GitHub's secret scanning).
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

export function credentialsWritten(site: Site): Problem[] {
  return [
    ...inEdits(site.headers?.request, ["headers", "request"]),
    ...inEdits(site.headers?.response, ["headers", "response"]),
    ...Object.entries(site.pools).flatMap(([id, { health, sorry }]) => [
      ...inValues(health?.headers, ["pools", id, "health", "headers"]),
      ...(typeof sorry === "object" && "respond" in sorry
        ? inValues(sorry.respond.headers, ["pools", id, "sorry", "respond", "headers"])
        : []),
    ]),
    ...site.routes.flatMap(({ headers, rewrite, respond }, index) => [
      ...inEdits(headers?.request, ["routes", index, "headers", "request"]),
      ...inEdits(headers?.response, ["routes", index, "headers", "response"]),
      ...inValues(rewrite?.query?.set, ["routes", index, "rewrite", "query", "set"]),
      ...inValues(respond?.headers, ["routes", index, "respond", "headers"]),
    ]),
  ];
}

function inEdits(edits: { readonly set: Values; readonly add: Values } | undefined, keys: Keys): Problem[] {
  return [...inValues(edits?.set, [...keys, "set"]), ...inValues(edits?.add, [...keys, "add"])];
}

type Values = Readonly<Record<string, string>>;

/** The message repeats nothing of the value: warnings end up in the logs of builds. */
const inValues = (values: Values | undefined, keys: Keys): Problem[] =>
  Object.entries(values ?? {}).flatMap(([name, value]) => {
    const what = credentialIn(name, value);
    if (what === undefined) return [];
    const message = `has ${what} in it, which whoever can read the site file then knows`;
    return [problemAt([...keys, name], message, { hint: "write `${secret:NAME}` (docs/secrets.md)" })];
  });

const KNOWN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY/, "a private key"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, "a key of AWS"],
  [/\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}/, "a token of GitHub"],
  [/\b[rs]k_live_[A-Za-z0-9]{10}/, "a key of Stripe"],
  [/\bxox[abprs]-[A-Za-z0-9-]{10}/, "a token of Slack"],
  [/\bAIza[\w-]{35}/, "a key of Google"],
  // RFC 7519: two JSON objects, which begin with `{"`, and a signature.
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/, "a JSON Web Token"],
];

const IN_NAME = /(?:^|[-_])(?:key|token|secret|password|passwd|apikey|auth)$/i;

/** What it looks like; undefined if like nothing of the kind. */
export function credentialIn(name: string, value: string): string | undefined {
  const known = KNOWN.find(([pattern]) => pattern.test(value));
  if (known) return known[1];
  if (/^(?:proxy-)?authorization$/i.test(name)) {
    const [, credentials] = /^\s*(?:basic|bearer|token|apikey)\s+(\S+)/i.exec(value) ?? [];
    return credentials !== undefined && !/[$:]/.test(credentials.charAt(0)) ? "credentials" : undefined;
  }
  return IN_NAME.test(name) && looksRandom(value) ? "what looks like a key" : undefined;
}

const LEAST_LENGTH = 20;
/** Bits for each character. A word has less, hexadecimal digits at random have nearly 4. */
const LEAST_BITS = 3;

/** A long text in one piece, with digits, whose characters hardly repeat. */
const looksRandom = (value: string): boolean =>
  value.length >= LEAST_LENGTH &&
  /^[\w+/=.~-]+$/.test(value) &&
  /\d/.test(value) &&
  /[A-Za-z]/.test(value) &&
  bitsOf(value) >= LEAST_BITS;

/** Shannon's entropy of its characters. */
function bitsOf(text: string): number {
  const counts = [...Map.groupBy(text, (character) => character).values()].map((some) => some.length);
  return -counts.reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}
