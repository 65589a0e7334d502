// What may be known of the client of a request, compiled from `access.allow` or `access.deny`: one trait for each key. Any of them
// may hold. What the platform does not know of a client does not hold. Pure.
import { continentOf } from "../../shared/continents.ts";
import { compileGlob, compileListGlob, type Glob } from "../../shared/glob.ts";
import type { ClientsConfig } from "../../shared/site/access-schema.ts";
import type { TextPattern } from "../../shared/site/match-schema.ts";
import type { Asked } from "../message.ts";
import { compileAddressSet } from "../routing/address-set.ts";
import { cookieValues } from "../routing/cookies.ts";
import { fieldValues } from "../routing/spellings.ts";
import { inList, type SiteLists } from "./address-lists.ts";
import type { AddressLists } from "./list-shelf.ts";

export interface Trait {
  /** As the site file calls it: `ip`, `header x-key`. */
  readonly name: string;
  /** In words: `DE or FR`. */
  readonly wants: string;
  holds(asked: Asked, lists: AddressLists): boolean;
}

/** Whom a rule is to find. One value may be enough, or all have to match: a rule must not be passed by adding another value. */
export type Strictness = "any value" | "every value";

export function compileTraits(
  clients: ClientsConfig,
  lists: SiteLists,
  strictness: Strictness,
): readonly Trait[] {
  const { ip, list = [], country, continent, asn, userAgent, header = {}, cookie = {} } = clients;
  return [
    ...(ip ? [addressIn(ip)] : []),
    ...list.map((name) => listed(name, lists)),
    ...(country ? [placed("country", country, ({ client }) => client.country)] : []),
    ...(continent
      ? [placed("continent", continent, ({ client }) => client.country && continentOf(client.country))]
      : []),
    ...(asn ? [placed("asn", asn, ({ client }) => client.asn)] : []),
    ...(userAgent === undefined ? [] : [agentIs(userAgent, strictness)]),
    ...Object.entries(header).map(([name, pattern]) => headerIs(name, pattern, strictness)),
    ...Object.entries(cookie).map(([name, pattern]) => cookieIs(name, pattern, strictness)),
  ];
}

function addressIn(ranges: readonly string[]): Trait {
  const addresses = compileAddressSet(ranges);
  return { name: "ip", wants: oneOf(ranges), holds: ({ client }) => addresses.has(client.ip) };
}

function listed(name: string, lists: SiteLists): Trait {
  const has = inList(name, lists);
  return { name: "list", wants: name, holds: ({ client }, known) => has(client.ip, known) };
}

function placed<T extends string | number>(
  name: string,
  values: readonly T[],
  read: (asked: Asked) => T | undefined,
): Trait {
  const wanted: ReadonlySet<T | undefined> = new Set(values);
  return { name, wants: oneOf(values), holds: (asked) => wanted.has(read(asked)) };
}

/** Programs write their names in many ways, so case makes no difference. */
function agentIs(pattern: TextPattern, strictness: Strictness): Trait {
  const lower = typeof pattern === "boolean" ? pattern : [pattern].flat().map((one) => one.toLowerCase());
  const matches = textMatcher(lower, strictness, compileGlob);
  const read = ({ headers }: Asked) => fieldValues(headers, "user-agent").map((value) => value.toLowerCase());
  return { name: "userAgent", wants: wantsOf(pattern), holds: (asked) => matches(read(asked)) };
}

function headerIs(name: string, pattern: TextPattern, strictness: Strictness): Trait {
  // The runtime joins the lines of a field. Where all have to match, each element of the list is one.
  const [compile, split] =
    strictness === "any value" ? ([compileListGlob, whole] as const) : ([compileGlob, elements] as const);
  const matches = textMatcher(pattern, strictness, compile);
  return {
    name: `header ${name}`,
    wants: wantsOf(pattern),
    holds: ({ headers }) => matches(fieldValues(headers, name).flatMap(split)),
  };
}

const whole = (value: string): string[] => [value];
const elements = (value: string): string[] => value.split(",").map((element) => element.trim());

function cookieIs(name: string, pattern: TextPattern, strictness: Strictness): Trait {
  const matches = textMatcher(pattern, strictness, compileGlob);
  return {
    name: `cookie ${name}`,
    wants: wantsOf(pattern),
    holds: ({ headers }) => matches(cookieValues(headers.get("cookie"), name)),
  };
}

function textMatcher(
  pattern: TextPattern,
  strictness: Strictness,
  compile: (pattern: string) => Glob,
): (values: readonly string[]) => boolean {
  if (typeof pattern === "boolean") return (values) => values.length > 0 === pattern;
  const globs = [pattern].flat().map(compile);
  const isMatch = (value: string) => globs.some((matches) => matches(value));
  return strictness === "any value"
    ? (values) => values.some(isMatch)
    : (values) => values.length > 0 && values.every(isMatch);
}

const MAX_TOLD = 4;

const oneOf = (values: readonly (string | number)[]): string =>
  values.length <= MAX_TOLD
    ? values.join(" or ")
    : `${values.slice(0, MAX_TOLD - 1).join(", ")} or one of ${values.length - MAX_TOLD + 1} more`;

const wantsOf = (pattern: TextPattern): string =>
  typeof pattern === "boolean" ? (pattern ? "present" : "absent") : oneOf([pattern].flat());
