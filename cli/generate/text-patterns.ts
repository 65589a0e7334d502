// How a text of each kind may be written, as far as a pattern can tell. A pattern refuses only what the check of a file refuses
// too. Editors show it to people, so it says no more than they can read.

import { HALF_ESCAPE } from "../../shared/site/action-schema.ts";
import { KNOWN_DIRECTIVES } from "../../shared/site/csp-schema.ts";
import { EDGE_PREFIX } from "../../shared/site/edge-prefix.ts";
import { PLACE } from "../../shared/site/files-schema.ts";
import { MAX_WILDCARD_LABELS } from "../../shared/site/hosts.ts";
import { SECRET_REFERENCE } from "../../shared/site/secret-name.ts";
import type { Constraint } from "./constraint.ts";

const not = (...patterns: string[]): Constraint => ({
  not: { anyOf: patterns.map((pattern) => ({ pattern })) },
});

const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
const IPV6_TEXT = "[0-9A-Fa-f:.*]";
const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = `(${OCTET}\\.){3}${OCTET}`;
/** Roughly. */
const IPV6 = "[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*";

const IMPOSSIBLE_IN_A_PATH = [
  HALF_ESCAPE.source,
  "\\$\\{",
  "[\\u0000-\\u001f\\u007f]",
  "/(\\.|%2[eE]){1,2}(/|;|%3[bB]|$)",
];
const PATH: Constraint = { pattern: "^/[^?#]*$", ...not(...IMPOSSIBLE_IN_A_PATH) };
/** Nothing is filled in. */
const PREFIX: Constraint = { ...PATH, ...not(...IMPOSSIBLE_IN_A_PATH, `/(:${NAME}|\\*)(/|$)`) };

/** Before the first expression in braces: expressions have a grammar of their own. */
const BARE = "^[^{}]*";

const PATH_PATTERN: Constraint = {
  pattern: "^/",
  ...not(
    `${BARE}([^/{}]\\*|\\*[^/{}])`, // a star that is not a whole segment
    `${BARE}/\\.{1,2}(/|$)`,
    `${BARE}${HALF_ESCAPE.source}`,
    `${BARE}%([a-f][0-9A-Fa-f]|[0-9A-F][a-f])`, // escapes are compared in upper case
    `${BARE}%(2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])`, // and not at all for unreserved characters
    `${BARE}[\\u0000-\\u0020"#<>[\\\\\\]^\`|\\u007f]`,
    `${BARE}/(?!:)[^/{}]*\\?`, // only a parameter is optional,
    `${BARE}/:${NAME}\\?/(?!:)`, // at the end
    `${BARE}/(?!\\*\\{|:${NAME}\\{)[^/{}]*\\{`,
    `${BARE}/:(?!${NAME}([?/{]|$))[^/{}]`,
    `${BARE}/:(${NAME})\\??/([^{}]*/)?:\\1([?/{]|$)`, // a name given twice
    `^${EDGE_PREFIX.replace(".", "\\.")}(?!:[^/]*\\?)`,
  ),
};

/** Keywords that stand there without their quotes. */
const SOURCE_WORDS =
  "none|self|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|wasm-unsafe-eval|inline-speculation-rules|sha(256|384|512)-.*";

const SCHEME = "^\\s*[Hh][Tt][Tt][Pp][Ss]?://[/\\\\]*";
const HOST = "(\\[[0-9A-Fa-f:.]+\\]|[^/\\\\?#@:\\[\\s]+)(:[0-9]*)?";
const USER = "([^/\\\\?#\\s]*@)?";

/** By the title that the schema gives them. */
export const BY_TITLE: Readonly<Record<string, Constraint>> = {
  duration: { pattern: "^0*[0-9]{1,15}(\\.[0-9]+)?(ms|s|m|h|d)$" },
  percentage: { pattern: "^0*[0-9]{1,15}(\\.[0-9]+)?%$" },
  "hash key": {
    pattern: "^(ip|uri|(cookie|query):.+|header:[!#$%&'+.^_`|~0-9A-Za-z-]+)$",
    ...not("^header:[Hh][Oo][Ss][Tt]$"),
  },
  "limit key": {
    pattern: "^(ip|subject|route|host|cookie:.+|header:[!#$%&'+.^_`|~0-9A-Za-z-]+)$",
    ...not("^header:[Hh][Oo][Ss][Tt]$"),
  },
  size: { pattern: "^0*[0-9]{1,15}(\\.[0-9]+)?(B|KiB|MiB|GiB)$" },
  host: { pattern: `^(\\*|\\*(\\.${LABEL}){1,${MAX_WILDCARD_LABELS}}|${LABEL}(\\.${LABEL})*)$` },
  "part of a host": {
    pattern: `^([A-Za-z0-9_.*-]*[A-Za-z0-9_*-]|\\[${IPV6_TEXT}+\\]|\\[${IPV6_TEXT}*\\*|\\*${IPV6_TEXT}*\\])$`,
  },
  address: { type: "string", pattern: `^(${IPV4}|${IPV6})$` },
  "address or range": {
    type: "string",
    pattern: `^(${IPV4}(/(3[0-2]|[12]?[0-9]))?|${IPV6}(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$`,
  },
  "path pattern": PATH_PATTERN,
  "source of a policy": {
    pattern: "^[!-+\\--:<-~]+$", // visible ASCII without a comma and a semicolon
    ...not(`^(${SOURCE_WORDS})$`, "^'[Nn][Oo][Nn][Cc][Ee]-"),
  },
  "directive of a policy": { enum: [...KNOWN_DIRECTIVES] },
  "place of a file": { pattern: PLACE.source.replaceAll("(?:", "(").replaceAll("\\/", "/"), maxLength: 255 },
  "path with stars": { pattern: "^/" },
  "address of reports": { pattern: "^(https://|/(?!/))[!#-+\\--:<-[\\]-~]*$" },
};

/** By place, as docs/configuration.md names it. */
export const TEXT_AT: Readonly<Record<string, Constraint>> = {
  "pools.<name>.origins[].url": { pattern: `${SCHEME}${HOST}\\s*([/\\\\][^?#]*)?$` },
  "pools.<name>.health.webhook": {
    pattern: `${SECRET_REFERENCE.source}|${SCHEME}${HOST}([/\\\\?#]|\\s*$)`,
  },
  "lists.<name>.url": { pattern: `${SCHEME}${HOST}([/\\\\?#]|\\s*$)` },
  "routes[].rewrite.path": PATH,
  "routes[].rewrite.stripPrefix": PREFIX,
  "routes[].rewrite.addPrefix": PREFIX,
  "routes[].redirect.to": {
    pattern: "^(/(?!/)|https?://)",
    ...not(
      HALF_ESCAPE.source,
      "^https?://([/?#]|$)",
      "^https?://[^/?#]*[@\\s\\\\]",
      "^https?://(\\[[^\\]]*\\]|(?!\\[))[^/?#]*(\\*|:[A-Za-z_])", // IPv6 has colons of its own
    ),
  },
  "tests[].request.url": { pattern: `${SCHEME}${USER}${HOST}([/\\\\?#]|\\s*$)` },
};
