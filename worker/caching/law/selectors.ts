// What tells the variants of one key apart: the request headers named in Vary (RFC 9111 §4.1), and what a route adds to its
// key. Values are read from the request as it would be sent to the origin. They are looked up in a second step, so that one
// URL remains one key that can be invalidated as a whole.
import type { CacheRulesConfig } from "../../../shared/site/cache-schema.ts";
import { isUnreadable } from "../../../shared/unreadable.ts";
import { fieldAsSent, type SelectingRequest } from "../../rewriting/as-sent.ts";
import { cookiePairs } from "../../routing/cookies.ts";
import { normaliseEncodings, normaliseLanguages, normaliseList, pickAccepted } from "./normalise.ts";

export interface Selector {
  /** The name in an index of variants: `vary:accept-encoding`, `cookie:ab`, `country`, … */
  readonly name: string;
  /** Undefined if the value cannot be read. Then it equals no other, and nothing is stored under it. */
  valueFor(request: SelectingRequest): string | undefined;
}

/** How each field named in Vary is compared. */
export type VaryRules = ReadonlyMap<string, "pass" | "ignore" | readonly string[]>;

/** The part of a route's cache rules that selects variants. */
export interface SelectingRules {
  /** The selectors that the route adds to those of Vary. */
  readonly selectors: readonly Selector[];
  readonly vary: VaryRules;
}

/** The field is absent, as distinct from empty. */
export const ABSENT = "-";

export function compileSelectors(key: CacheRulesConfig["key"], targetsDiffer: boolean): Selector[] {
  const selectors: Selector[] = [
    ...key.header.map((name) => ({
      name: `header:${name}`,
      valueFor: (request: SelectingRequest) => present(fieldAsSent(request, name)),
    })),
    ...key.cookie.map((name) => ({
      name: `cookie:${name}`,
      valueFor: (request: SelectingRequest) => present(cookie(request, name)),
    })),
    ...key.cookiePresence.map((name) => ({
      name: `cookie?:${name}`,
      valueFor: (request: SelectingRequest) => (cookie(request, name) === null ? ABSENT : "+"),
    })),
  ];
  if (key.country)
    selectors.push({ name: "country", valueFor: ({ asked }) => asked.client.country ?? ABSENT });
  if (targetsDiffer) selectors.push({ name: "target", valueFor: ({ ask }) => ask().target });
  if (key.device) selectors.push({ name: "device", valueFor: deviceClass });
  return selectors;
}

/** The field names in Vary, in lower case. `*` if one is `*`, which never matches; `malformed` if one is no field name. */
export function varyNames(headers: Headers): readonly string[] | "*" | "malformed" {
  const field = headers.get("vary");
  if (field === null) return [];
  const names = field.split(",").map((name) => name.trim().toLowerCase());
  if (names.includes("*")) return "*";
  const given = names.filter((name) => name !== "");
  return given.every(isFieldName) ? [...new Set(given)] : "malformed";
}

/** The selectors of a response: the route's own, and those of its Vary that the route does not ignore. */
export function selectorsOf(vary: readonly string[], rules: SelectingRules): Selector[] {
  const varying = vary.filter((name) => rules.vary.get(name) !== "ignore");
  return [...rules.selectors, ...varying.map((name) => varySelector(name, rules.vary))];
}

/** For responses that point back to the requested host, if the key covers several hosts. */
const HOST: Selector = { name: "host", valueFor: ({ asked }) => present(asked.authority) };

/** In the key, and the client's address, which no page may depend on. */
const TOLD_OTHERWISE = /^x-forwarded-(?:for|host|proto)$/;

/**
 * What else a trusted proxy says in X-Forwarded-*: the prefix, the port, the user. Proxies hand on what their clients send in a field that
 * they do not write themselves, and pages repeat it: one client could choose the links of all.
 */
const FORWARDED: Selector = {
  name: "forwarded",
  valueFor: ({ ask }) => {
    const said: string[] = [];
    ask().headers.forEach((value, name) => {
      if (name.startsWith("x-forwarded-") && !TOLD_OTHERWISE.test(name)) said.push(`${name}: ${value}`);
    });
    return said.length === 0 ? ABSENT : present(said.sort().join("\n"));
  },
};

/** The selecting values of a response to this request; empty if nothing selects it, undefined if a value cannot be read. */
export function selectorValues(
  headers: Headers,
  request: SelectingRequest,
  rules: SelectingRules & { readonly keyHasHost: boolean },
): Record<string, string> | undefined {
  const vary = varyNames(headers);
  if (vary === "malformed") return undefined;
  const selectors = selectorsOf(vary === "*" ? [] : vary, rules);
  if (!rules.keyHasHost && namesHost(headers, request.asked.host)) selectors.push(HOST);
  if (request.asked.throughTrustedProxy && FORWARDED.valueFor(request) !== ABSENT) selectors.push(FORWARDED);
  const values: Record<string, string> = {};
  for (const { name, valueFor } of selectors) {
    const value = valueFor(request);
    if (value === undefined) return undefined;
    values[name] = value;
  }
  return values;
}

/** A redirect to one client's host would take the other hosts' clients there, and a cookie for that host would be lost. */
function namesHost(headers: Headers, host: string): boolean {
  const isThere = (link: string | null) =>
    link !== null && URL.parse(link, "http://elsewhere.invalid")?.hostname === host;
  return (
    isThere(headers.get("location")) ||
    isThere(headers.get("content-location")) ||
    headers.getSetCookie().some((line) => domainsOf(line).includes(host))
  );
}

/** Browsers ignore letter case, blanks, and a dot in front (RFC 6265 §5.2.3). */
const domainsOf = (setCookie: string): readonly (string | undefined)[] =>
  [...setCookie.toLowerCase().matchAll(/;\s*domain\s*=\s*\.?([^;\s]*)/g)].map(([, domain]) => domain);

/** The selector with a name from an index; undefined if the route has changed and no longer has it. */
export function selectorNamed(name: string, rules: SelectingRules): Selector | undefined {
  const header = name.startsWith("vary:") ? name.slice("vary:".length) : undefined;
  if (header !== undefined) return isFieldName(header) ? varySelector(header, rules.vary) : undefined;
  if (name === FORWARDED.name) return FORWARDED;
  return name === HOST.name ? HOST : rules.selectors.find((selector) => selector.name === name);
}

/** The runtime throws when it looks up any other name (RFC 9110 §5.1). */
const isFieldName = (name: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name);

function varySelector(header: string, rules: VaryRules): Selector {
  const compare = comparison(header, rules);
  return {
    name: `vary:${header}`,
    valueFor: (request) => {
      const value = fieldAsSent(request, header);
      if (value === null) return ABSENT;
      if (isUnreadable(value)) return undefined;
      const meaning = compare(value);
      return meaning === undefined ? present(value) : `${BY_MEANING}${meaning}`;
    },
  };
}

/** The text that is compared instead of the field value; undefined if the value is compared byte for byte. */
type Comparison = (value: string) => string | undefined;

function comparison(header: string, rules: VaryRules): Comparison {
  const rule = rules.get(header);
  if (rule === "pass") return () => undefined;
  if (rule !== undefined && rule !== "ignore") return (value) => pickAccepted(value, rule);
  if (header === "accept-encoding") return normaliseEncodings;
  if (header === "accept-language") return normaliseLanguages;
  return normaliseList;
}

/** Prefix of a normalised text, which sets it apart from a raw field value. */
export const BY_MEANING = "~";

function present(value: string | null): string | undefined {
  if (value === null) return ABSENT;
  return isUnreadable(value) ? undefined : `=${value}`;
}

/** Null if the cookie is absent. A value cannot contain a semicolon, so it separates several cookies of one name. */
function cookie(request: SelectingRequest, name: string): string | null {
  const pairs = cookiePairs(fieldAsSent(request, "cookie")).filter((pair) => pair.name === name);
  return pairs.length === 0 ? null : pairs.map(({ value }) => value).join(";");
}

/** Client hints come first because they are made for this; then the words that browsers put into User-Agent. */
function deviceClass(request: SelectingRequest): string {
  const agent = fieldAsSent(request, "user-agent") ?? ABSENT;
  if (/iPad|Tablet|Android(?!.*Mobile)/.test(agent)) return "tablet";
  const hint = fieldAsSent(request, "sec-ch-ua-mobile");
  if (hint !== null) return hint === "?1" ? "mobile" : "desktop";
  return /Mobi|iPhone|Android/.test(agent) ? "mobile" : "desktop";
}
