// The JSON Schema for editors and the check of a file agree: what the check accepts, the schema accepts; what the check
// refuses, the schema refuses too, except for the rules that are listed here. Every value that a unit test gives to
// `problemsIn` is compared.
import { Ajv2020 } from "ajv/dist/2020.js";
import { editorSchema } from "../../../cli/generate/editor-schema.ts";
import { siteJsonSchema } from "../../../cli/generate/site-json-schema.ts";
import type { Problem } from "../../../shared/site/problem.ts";

/** The strict mode refuses keywords, formats and types that it cannot make sense of. */
const accepts = new Ajv2020({ strict: true }).compile(editorSchema(siteJsonSchema()));

export const schemaAccepts = (value: unknown): boolean => accepts(value);

/** Throws if the schema and the check disagree. `problems` are those of the check. */
export function compareWithSchema(value: unknown, problems: readonly Problem[]): void {
  const isAccepted = accepts(value);
  if (problems.length === 0 && !isAccepted) {
    throw new Error(`the schema refuses what the check accepts: ${JSON.stringify(accepts.errors)}`);
  }
  const missed = problems.filter((problem) => !BEYOND.some((rule) => coversIn(value, rule, problem)));
  if (isAccepted && missed.length > 0) {
    throw new Error(`the schema accepts what the check refuses: ${JSON.stringify(missed)}`);
  }
}

export interface BeyondSchema {
  readonly rule: string;
  readonly why: string;
  /** The message of the check. */
  readonly says: RegExp;
  /** What is written there. */
  readonly written?: RegExp;
  /** A value that only the check refuses. */
  readonly example: Readonly<Record<string, unknown>>;
}

export function coversIn(value: unknown, { says, written }: BeyondSchema, problem: Problem): boolean {
  const at = (problem.keys ?? []).reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  return says.test(problem.message) && (written === undefined || written.test(String(at)));
}

const url = "https://a.example.net";
const web = { origins: [{ id: "a", url }] };
const toWeb = (parts: Record<string, unknown>) => ({ routes: [{ id: "rest", to: "web", ...parts }] });
const matching = (match: Record<string, unknown>) => toWeb({ match });

/** `example` replaces parts of a valid site with one route `rest` to one pool `web`. */
export const BEYOND: readonly BeyondSchema[] = [
  {
    rule: "a page of an error that is in a file",
    why: "The command line puts the file in before it checks; an editor does not.",
    says: /^is read by the command line/,
    example: { errors: { pages: { 404: { file: "a.html" } } } },
  },
  {
    rule: "what a page of an error consists of",
    why: "It would take a list of all ways, and an editor then says no more than that none of them fits.",
    says: /^(?:has no page;|has a `pool` and a text;|does not say which page of the pool)/,
    example: { errors: { pages: { 404: {} } } },
  },
  {
    rule: "a path that is taken off twice",
    why: "It is about two keys.",
    says: /^stands beside `base/,
    example: toWeb({ base: "/a", rewrite: { stripPrefix: "/a" } }),
  },
  {
    rule: "two logins at one path",
    why: "JSON Schema cannot compare two places.",
    says: /^is (?:taken by another login|the path of `callback`)/,
    example: {
      auth: { oidc: { issuer: "https://id.example.com", clientId: "a", callback: "/a", logout: "/a" } },
    },
  },
  {
    rule: "an access rule of a route that names somebody",
    why: "What stands beside a key holds for `off` too, which is no object.",
    says: /^(?:names nobody|refuses nobody);/,
    example: toWeb({ access: { allow: {} } }),
  },
  {
    rule: "how many lists are read",
    why: "JSON Schema counts the keys of a certain kind only in lists.",
    says: /^has too many with a `url`; write at most \d+$/,
    example: {
      lists: Object.fromEntries([...Array(17)].map((_, at) => [`list${at}`, { url: "https://lists.test/" }])),
    },
  },
  {
    rule: "the name of a list",
    why: "A list is named elsewhere in the file.",
    says: /is not one of the `lists` of this site|is in the file, so a test takes it as it is/,
    example: { access: { deny: { list: "spamhaus" } } },
  },
  {
    rule: "a longer interval for origins that are good",
    why: "JSON Schema compares no two values.",
    says: /is shorter than `every`/,
    example: { pools: { web: { ...web, health: { everyWhenGood: "1s" } } } },
  },
  {
    rule: "a shorter interval for origins in doubt",
    why: "JSON Schema compares no two values.",
    says: /is longer than `every`/,
    example: { pools: { web: { ...web, health: { everyInDoubt: "1m" } } } },
  },
  {
    rule: "how many origins a site probes",
    why: "JSON Schema does not count across pools.",
    says: /^probes more than \d+ origins/,
    example: {
      pools: {
        web: {
          origins: Array.from({ length: 65 }, (_, index) => ({ id: `o${index}`, url })),
          health: {},
        },
      },
    },
  },
  {
    rule: "what a limit needs, and what the platform can count",
    why: "It depends on the other keys of the limit.",
    says: /^limits nothing|^needs a (time|`rate`)|^is more than there ever is|(counted by|known to|had from) the platform/,
    example: toWeb({ limit: { rate: 5 } }),
  },
  {
    rule: "how many limits a place has",
    why: "One may be written without a list.",
    says: /^are more than \d+, each of which/,
    example: toWeb({ limit: Array.from({ length: 9 }, (_, at) => ({ name: `l${at}`, maxInFlight: 1 })) }),
  },
  {
    rule: "limits of one name that count alike",
    why: "JSON Schema compares no two values.",
    says: /is already the name of another limit/,
    example: toWeb({ limit: [{ maxInFlight: 1 }, { maxInFlight: 2 }] }),
  },
  {
    rule: "names of pools, routes and origins",
    why: "They are names that stand elsewhere in the file.",
    says: /is not (a pool|a route|an origin|a limit) of this site$|is this pool itself/,
    example: toWeb({ to: "wbe" }),
  },
  {
    rule: "mirrors that are another pool",
    why: "JSON Schema does not compare one key with another.",
    says: /already gets these requests/,
    example: toWeb({ mirror: { to: "web" } }),
  },
  {
    rule: "ids and cookies that are given once",
    why: "JSON Schema compares whole items of a list, not one key of them.",
    says: /is already the (id|cookie) of an earlier/,
    example: { pools: { web: { origins: [...web.origins, { id: "a", url: "https://b.example.net" }] } } },
  },
  {
    rule: "hosts that are given once, in any spelling",
    why: "JSON Schema compares letter by letter.",
    says: /is listed twice$/,
    example: { hosts: ["shop.example.com", "Shop.example.com"] },
  },
  {
    rule: "headers that are given once, in any spelling",
    why: "JSON Schema compares letter by letter.",
    says: /such names are not case-sensitive/,
    example: { headers: { response: { set: { "x-a": "1", "X-A": "2" } } } },
  },
  {
    rule: "what a path captures, and what a value may use of it",
    why: "It depends on the patterns of the route.",
    says: /which .* does not capture|which does not exist|which only the values of a route can use/,
    example: toWeb({ rewrite: { path: "/:id" } }),
  },
  {
    rule: "placeholders that are cut off, of secrets, or where nothing is filled in",
    why: "They have a syntax of their own, with an escape.",
    says: /without its `}`|the name of a secret has|no secret is filled in|nothing is filled in here, only/,
    example: { headers: { request: { set: { "x-a": "${host" } } } },
  },
  {
    rule: "one proof for a route",
    why: "The key may also be a text, of which JSON Schema asks no keys.",
    says: /does not say how clients prove|a route asks for one proof/,
    example: toWeb({ auth: {} }),
  },
  {
    rule: "claims of clients that somebody asks",
    why: "JSON Schema does not compare one key with another.",
    says: /asks for claims, which nobody has/,
    example: toWeb({ match: { claims: { sub: true } } }),
  },
  {
    rule: "hashes of passwords",
    why: "They have several forms, with a number of rounds that is bounded.",
    says: /is not a hash that the edge can compute|iterations|has a cost of|rounds; the edge/,
    example: toWeb({ auth: { basic: { users: { ann: "secret" } } } }),
  },
  {
    rule: "keys and algorithms of tokens that belong together",
    why: "A pattern for them tells nobody what to write.",
    says: /^needs (`secret`|a public key)|is not a public key|is a private key/,
    example: toWeb({
      auth: { jwt: { issuer: "a", audience: "b", secret: "${secret:A}", algorithms: ["RS256"] } },
    }),
  },
  {
    rule: "servers that decide who gets in",
    why: "It depends on the address whether they may be asked without https.",
    says: /who gets in would be up to anybody|has a password in it|a fragment, which is never sent/,
    example: toWeb({ auth: { forward: { url: "http://auth.example.com/" } } }),
  },
  {
    rule: "fields that tell an origin who asks, given once",
    why: "JSON Schema does not compare one key with another.",
    says: /is received already/,
    example: toWeb({
      auth: { forward: { url: "https://a.test/", receive: ["x-a"] }, fields: { "x-a": "sub" } },
    }),
  },
  {
    rule: "how many users and keys a route has",
    why: "It is said of the values in words.",
    says: /is empty, so nobody gets in|^has more than \d+( fields|;)/,
    example: toWeb({ auth: { key: { keys: {} } } }),
  },
  {
    rule: "a site that opens what nobody has closed",
    why: "For a route the same value means something.",
    says: /a site asks nobody unless it says how/,
    example: { auth: "off" },
  },
  {
    rule: "requests to purge that nobody may send",
    why: "The schema's defaults are not values to it.",
    says: /^lets nobody purge/,
    example: { purgeRequests: { signed: false } },
  },
  {
    rule: "redirects whose host a client chooses",
    why: "It depends on what stands for each placeholder.",
    says: /lets the author of the URL choose the host/,
    example: { headers: { response: { set: { location: "${path}" } } }, mergeSlashes: false },
  },
  {
    rule: "bounds of durations and sizes",
    why: "They have several units, and a pattern for a range of numbers tells nobody what to write.",
    says: /write at (least|most) \d+[A-Za-z]+$|is not between/,
    example: { pools: { web: { ...web, timeout: { total: "9ms" } } } },
  },
  {
    rule: "the methods that exist",
    why: "They may be written in lower case, for which a pattern is as long as it is useless to people.",
    says: /is not a method that the runtime accepts/,
    example: matching({ method: "BREW" }),
  },
  {
    rule: "expressions in path patterns",
    why: "Braces and brackets nest in them.",
    says: /expression|has a brace|has no slash|only escaped|has \^ or \$|never matches: paths are compared/,
    written: /\{/,
    example: matching({ path: "/:id{[}" }),
  },
  {
    rule: "two slashes in a row in a path pattern",
    why: "They are allowed with `mergeSlashes: false`.",
    says: /never matches: \/\/ becomes/,
    example: matching({ path: "/a//b" }),
  },
  {
    rule: "IPv6 addresses and ports",
    why: "A pattern for them tells nobody what to write.",
    says: /is not an (address|http)|only an IPv6 address is in brackets|its host or port cannot be read/,
    written: /^[\da-f:.]+$|\[|:\d{5}/i,
    example: matching({ host: "[1.2.3.4]" }),
  },
  {
    rule: "CORS policies that contradict themselves",
    why: "JSON Schema does not compare one key with another.",
    says: /together with `credentials: true`|beside `\*`/,
    example: { cors: { origins: "*", credentials: true } },
  },
  {
    rule: "a bypass of the maintenance mode that is complete",
    why: "JSON Schema does not compare one key with another.",
    says: /^lets nobody in|^needs a `token`|^is held by nothing/,
    example: { maintenance: { bypass: {} } },
  },
  {
    rule: "fields of the edge, named as a value",
    why: "In any case of letters the pattern would be as long as it is useless to people.",
    says: /^belongs to the edge/,
    example: { maintenance: { bypass: { header: "host", token: "${secret:BYPASS}" } } },
  },
  {
    rule: "halves of a character",
    why: "No text has one; only an escape in JSON or YAML makes it.",
    says: /lone surrogate/,
    example: { routes: [{ id: "rest", respond: { body: "\ud800" } }] },
  },
  {
    rule: "the key `__proto__`",
    why: "Validators in JavaScript do not see it.",
    says: /is reserved by JavaScript/,
    example: matching({ query: JSON.parse('{ "__proto__": "x" }') }),
  },
];
