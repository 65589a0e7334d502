// The cookies of a request in every way that an origin may read them. It is not known which of two cookies with the
// same name an origin uses, where it ends a cookie, what it decodes and what it rejects. A key or a bypass must see
// everything that an origin may use.
import { latest } from "../../shared/latest.ts";
import { isUnreadable } from "../../shared/unreadable.ts";

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export function cookiePairs(field: string | null): readonly CookiePair[] {
  return field === null ? [] : pairsOf(field);
}

/**
 * Every value that the field gives to a name, as written and as an origin may read it (without quotes, decoded):
 * `not: { cookie: { role: admin } }` must see the one that the origin will see.
 */
export function cookieValues(field: string | null, name: string): string[] {
  const written = cookiePairs(field).flatMap((pair) => (pair.name === name ? [pair.value] : []));
  return [...new Set(written.flatMap(valuesRead))];
}

/** The Cookie field in one line, as RFC 6265 §5.4 has it. */
export function sendInOneLine(headers: Headers): void {
  const field = headers.get("cookie");
  if (field === null) return;
  const line = inOneLine(field);
  if (line !== field) headers.set("cookie", line);
}

/**
 * The runtime joins two lines by a comma, which most origins take for a part of the first line's last value. A comma
 * before `name=` is taken for such a joint, since no cookie may hold one (RFC 6265 §4.1.1); any other, and one within
 * quotes, stays. So does a field that cannot be read: written anew, it would be of other bytes.
 */
export function inOneLine(field: string): string {
  return field.includes(", ") && !isUnreadable(field)
    ? piecesOf(field, JOINT, withoutQuoted(field)).join("; ")
    : field;
}

/** Between two lines; the first may end in a semicolon, either may be empty. A name may have the brackets of PHP's arrays. */
const JOINT = /;?, (?=[!#$%&'*+.^_`|~0-9A-Za-z[\]-]+=|, |$)/g;

/**
 * Where one cookie ends and the next begins: for RFC 6265 at a semicolon; at a comma too for RFC 2965 and its heirs (Perl's
 * CGI, older Rack and Tomcat).
 */
const ENDS_OF_COOKIES = { withCommas: [/;/g, /[;,]/g], withoutCommas: [/;/g] };

/** Python's http.cookies begins another one at a blank outside of quotes too, where a name and `=` follow. */
const AT_BLANKS = { withCommas: [/[;\s]/g, /[;,\s]/g], withoutCommas: [/[;\s]/g] };

/** Only in these do the readings differ. */
const DOUBTFUL = /[,"]|[^;\s]\s+[^;\s]/;

const pairsOf = latest((field): readonly CookiePair[] => {
  const pairs = pairsIn(field.split(";"));
  if (DOUBTFUL.test(field)) addReadings(pairs, field);
  // Some see other names too; those come last.
  for (const { name, value } of [...pairs]) {
    const read = nameInPhp(name);
    if (read !== name) pairs.push({ name: read, value });
  }
  return pairs;
});

/** Those that other origins see, and that are not among them: in the field as it came, and in the one line that is sent. */
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
  // What makes no difference in this field is not looked for.
  const commas = field.includes(",") ? "withCommas" : "withoutCommas";
  for (const text of new Set([field, inOneLine(field)])) {
    // To some a quoted string is one whole, whatever it holds.
    const unquoted = withoutQuoted(text);
    for (const ends of ENDS_OF_COOKIES[commas]) {
      add(piecesOf(text, ends, text));
      if (unquoted !== text) add(piecesOf(text, ends, unquoted));
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

/** The stretches of the field between what is found in `searched`, a text of the same length. */
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

/** With a letter in place of each character of a quoted string, so that nothing is found in there. */
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

/** PHP decodes names, and puts `_` for what no variable of it may hold. */
function nameInPhp(name: string): string {
  return /[%+.[\s]/.test(name) ? decoded(name.replaceAll("+", " ")).replace(/[.[\s]/g, "_") : name;
}

/** As written; decoded as a URL and as a form; out of its quotes, with their escapes undone as Python does it. */
function valuesRead(written: string): string[] {
  const bare = /^"(.*)"$/s.exec(written)?.[1] ?? written;
  const values = [written, bare];
  if (bare.includes("%") || bare.includes("+"))
    values.push(decoded(bare), decoded(bare.replaceAll("+", " ")));
  if (bare.includes("\\")) values.push(unescaped(bare));
  return values;
}

/** What is no UTF-8 stays in escapes, and does not keep the rest from being read. */
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
