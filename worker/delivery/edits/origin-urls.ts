// Which texts of a body name an origin, and what names the edge in their place? Origins that do not know their public URL write
// their own into pages, style sheets and JSON.
import type { TextEdit } from "./text-editor.ts";
import { exactly, inAnyCase } from "./text-editor.ts";

/** Where the client finds the route: its scheme and host, and the path under which the origin is mounted, or "". */
export interface PublicPlace {
  readonly scheme: string;
  readonly authority: string;
  readonly base: string;
}

/** A host by which an origin names itself, with its port unless that is the default one, and its base path or "". */
export interface NamedPlace {
  readonly host: string;
  readonly basePath: string;
}

const COLON = "(?::|%3[aA])";
/** As they are written in HTML and CSS; in JSON; in a JSON that escapes them for HTML; and in a parameter of another URL. */
const SLASH = [String.raw`\/`, String.raw`\\\/`, String.raw`\\u002[fF]`, "%2[fF]"];
const SLASHES = SLASH.map((slash) => slash + slash).join("|");
const ONE_SLASH = `(?:${SLASH.join("|")})`;

/** Not a part of a longer name (`origin.test.evil.test`), and no user name before another host. A full stop may end a sentence. */
const END_OF_HOST = String.raw`(?!\.?[\w-])(?!@)(?!${COLON}\d)`;
/** Not a part of a longer segment. */
const END_OF_SEGMENT = String.raw`(?![\w.~-])(?!%(?!2[fF]|3[fF]|23))`;

const LONGEST_SLASH = String.raw`\u002f`.length;
const LONGEST_START = "https%3A".length + 2 * LONGEST_SLASH;
const LONGEST_END = "%3A65535".length + "%3A0".length;

/**
 * Replaces the URLs of these places, in all the spellings above. A URL with a scheme gets the client's; one without stays without.
 * The rest of the URL is not touched.
 */
export function originUrls(places: readonly NamedPlace[], client: PublicPlace): TextEdit {
  const named = places
    .map(({ host, basePath }) => ({ host: hostPattern(host), basePath }))
    .sort((a, b) => b.basePath.length - a.basePath.length)
    .flatMap(({ host, basePath }) => [
      ...(basePath === "" ? [] : [`${host}${pathPattern(basePath)}${END_OF_SEGMENT}`]),
      `${host}${END_OF_HOST}`,
    ]);
  const longestPlace = Math.max(
    0,
    ...places.map(({ host, basePath }) => host.length + longestPath(basePath)),
  );
  return {
    pattern: `(?:[hH][tT][tT][pP][sS]?${COLON})?(?:${SLASHES})(?:${[...new Set(named)].join("|")})`,
    longest: LONGEST_START + longestPlace + LONGEST_END,
    replacement: (found) => inItsPlace(found, client),
  };
}

const START = new RegExp(`^(https?(:|%3a))?(${SLASHES})`, "i");

function inItsPlace(found: string, { scheme, authority, base }: PublicPlace): string {
  const [, beforeSlashes = "", colon = "", slashes = ""] = START.exec(found) ?? [];
  const slash = slashes.slice(slashes.length / 2);
  const host = slash[0] === "%" ? encodeURIComponent(authority) : authority;
  return `${beforeSlashes && scheme + colon}${slashes}${host}${base.replaceAll("/", () => slash)}`;
}

/** An origin at the default port may write it; one at another port is not the one at the default. */
function hostPattern(host: string): string {
  const [, name = host, port] = /^(.*):(\d+)$/.exec(host) ?? [];
  return port === undefined
    ? String.raw`${inAnyCase(name)}(?:${COLON}(?:80|443)(?!\d))?`
    : inAnyCase(name) + COLON + port;
}

const pathPattern = (path: string): string => path.split("/").map(exactly).join(ONE_SLASH);

const longestPath = (path: string): number =>
  path.length + (path.split("/").length - 1) * (LONGEST_SLASH - 1);
