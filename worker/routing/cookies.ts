// The cookies of a request in every way that an origin may read them. It is not known which of two cookies with the
// same name an origin uses, where it ends a cookie, what it decodes and what it rejects. A key or a bypass must see
// everything that an origin may use.
import { latest } from "../../shared/remember.ts";
import { isUnreadable } from "../../shared/unreadable.ts";
import { usualParameter } from "./spellings.ts";

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export function cookiePairs(field: string | null): readonly CookiePair[] {
  return field === null ? [] : pairsOf(field);
}

/**
 * Every value that the field gives to a name: as written, and as an origin may read it (without quotes, decoded). `not:
 * { cookie: { role: admin } }` must see the value that the origin will see.
 */
export function cookieValues(field: string | null, name: string): string[] {
  const written = cookiePairs(field).flatMap((pair) => (pair.name === name ? [pair.value] : []));
  return [...new Set(written.flatMap(valuesRead))];
}

/** Joins the Cookie field into one line, as RFC 6265 §5.4 requires. */
export function sendInOneLine(headers: Headers): void {
  const field = headers.get("cookie");
  if (field === null) return;
  const line = inOneLine(field);
  if (line !== field) headers.set("cookie", line);
}

/**
 * The runtime joins two lines with a comma, which most origins take as part of the last value of the first line. A
 * comma before `name=` is treated as such a join, since no cookie may contain one (RFC 6265 §4.1.1). Any other comma
 * stays, and so does one within quotes. A field that cannot be decoded also stays: rewriting it would change its bytes.
 */
export function inOneLine(field: string): string {
  return field.includes(", ") && !isUnreadable(field)
    ? piecesOf(field, JOINT, withoutQuoted(field)).join("; ")
    : field;
}

/**
 * A join between two lines. The first may end in a semicolon, and either may be empty. A name may contain the brackets
 * of PHP arrays.
 */
const JOINT = /;?, (?=[!#$%&'*+.^_`|~0-9A-Za-z[\]-]+=|, |$)/g;

/**
 * Where one cookie ends and the next begins. RFC 6265 separates cookies by semicolons. RFC 2965 and implementations
 * based on it (Perl's CGI, older Rack and Tomcat) also accept commas.
 */
const ENDS_OF_COOKIES = { withCommas: [/;/g, /[;,]/g], withoutCommas: [/;/g] };

/** Python's http.cookies also starts a new cookie at white space outside quotes, if a name and `=` follow. */
const AT_BLANKS = { withCommas: [/[;\s]/g, /[;,\s]/g], withoutCommas: [/[;\s]/g] };

/** The readings differ only for fields that match this. */
const DOUBTFUL = /[,"]|[^;\s]\s+[^;\s]/;

const pairsOf = latest((field): readonly CookiePair[] => {
  const pairs = pairsIn(field.split(";"));
  if (DOUBTFUL.test(field)) addReadings(pairs, field);
  // PHP changes names. These readings come last.
  for (const { name, value } of [...pairs]) {
    const read = nameInPhp(name);
    if (read !== name) pairs.push({ name: read, value });
  }
  return pairs;
});

/**
 * Adds the cookies that other origins see and that are not in `pairs` yet. They are read from the field as received and
 * from the single line that is sent.
 */
function addReadings(pairs: CookiePair[], field: string): void {
  const known = new Set(pairs.map(({ name, value }) => `${name}=${value}`));
  const add = (pieces: readonly string[]) => {
    for (const pair of pairsIn(pieces)) {
      const text = `${pair.name}=${pair.value}`;
      if (known.has(text)) continue;
      known.add(text);
      pairs.push(pair);
    }
  };
  // Only readings that can differ for this field are computed.
  const commas = field.includes(",") ? "withCommas" : "withoutCommas";
  for (const text of new Set([field, inOneLine(field)])) {
    // Some origins take a quoted string as a whole, whatever it contains.
    const unquoted = withoutQuoted(text);
    for (const ends of ENDS_OF_COOKIES[commas]) {
      for (const searched of new Set([text, unquoted])) add(piecesOf(text, ends, searched));
    }
    for (const ends of AT_BLANKS[commas]) add(piecesOf(text, ends, unquoted).filter(hasName));
  }
}

const hasName = (piece: string): boolean => piece.indexOf("=") > 0;

function pairsIn(pieces: readonly string[]): CookiePair[] {
  return pieces.flatMap((text) => {
    const pair = text.trim();
    if (pair === "") return [];
    const equals = pair.indexOf("=");
    if (equals === -1) return [{ name: pair, value: "" }];
    return [{ name: pair.slice(0, equals).trimEnd(), value: pair.slice(equals + 1).trimStart() }];
  });
}

/** Splits the field where `ends` matches in `searched`, a text of the same length. */
function piecesOf(field: string, ends: RegExp, searched: string): string[] {
  if (searched === field) return field.split(ends).filter((piece) => piece !== "");
  const pieces: string[] = [];
  let from = 0;
  for (const { index, 0: end } of searched.matchAll(ends)) {
    pieces.push(field.slice(from, index));
    from = index + end.length;
  }
  return [...pieces, field.slice(from)].filter((piece) => piece !== "");
}

/** Replaces each character of a quoted string with a letter, so that nothing inside it matches. */
function withoutQuoted(field: string): string {
  let masked = "";
  let from = 0;
  for (let open = field.indexOf('"'); open !== -1; open = field.indexOf('"', from)) {
    const close = closingQuote(field, open);
    if (close === -1) break;
    masked += field.slice(from, open) + "x".repeat(close + 1 - open);
    from = close + 1;
  }
  return masked + field.slice(from);
}

function closingQuote(field: string, open: number): number {
  for (let at = open + 1; at < field.length; at++) {
    if (field[at] === "\\") at++;
    else if (field[at] === '"') return at;
  }
  return -1;
}

/** PHP decodes names, and reads them as it reads those of parameters: `role[x]` is part of the variable `role`. */
function nameInPhp(name: string): string {
  return /[%+.[ ]/.test(name) ? usualParameter(decoded(name.replaceAll("+", " "))) : name;
}

/**
 * The value as written, decoded as a URL and as a form, and without its quotes, with their escapes undone as Python
 * does.
 */
function valuesRead(written: string): string[] {
  const bare = /^"(.*)"$/s.exec(written)?.[1] ?? written;
  return [written, bare, decoded(bare), decoded(bare.replaceAll("+", " ")), unescaped(bare)];
}

/** Escapes that are not UTF-8 stay as they are, and do not prevent the rest from being decoded. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes.replace(/%[0-7][0-9a-f]/gi, (ascii) => decodeURIComponent(ascii));
    }
  });
}

function unescaped(text: string): string {
  return text.replace(/\\([0-3][0-7]{2}|.)/gs, (_escape, what: string) =>
    what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8)) : what,
  );
}
