// Under which other spellings may an origin know a field or a query parameter?
import { latest } from "../../shared/remember.ts";

/**
 * The other spellings of a field name. To CGI and its successors (WSGI, Rack, PHP) `x_user` and `x-user` are the same
 * variable, and it is not known which of the two they use. lighttpd makes the same variable of `x.user` and `x+user` too
 * (http_cgi_encode_varname). One spelling to stand for all of them.
 */
export const usualSpelling = (name: string): string => name.replace(/[^0-9A-Za-z-]/g, "-");

/** Might it be another spelling of something? `field` is in lower case. */
export const isUnusual = (field: string): boolean => /[^0-9a-z-]/.test(field);

/** The values that a request gives to a field, in any spelling. `name` is in lower case. */
export function fieldValues(headers: Headers, name: string): readonly string[] {
  const value = headers.get(name);
  const values = value === null ? [] : [value];
  const usual = usualSpelling(name);
  if (!usual.includes("-")) return values;
  const inUsual = usual === name ? null : headers.get(usual);
  if (inUsual !== null) values.push(inUsual);
  for (const [field, other] of unusual(headers)) {
    if (field !== name && usualSpelling(field) === usual) values.push(other);
  }
  return values;
}

/** The fields in another spelling, usually none. Looked up once, however many conditions of a request need them. */
export const unusual = latest((headers: Headers): readonly (readonly [string, string])[] => {
  const found: [string, string][] = [];
  headers.forEach((value, field) => {
    if (isUnusual(field)) found.push([field, value]);
  });
  return found;
});

const ODD = /[\0 .[]/;

/**
 * The other spellings of a query parameter. PHP cuts a name at a NUL, removes spaces before it, and writes `.` and spaces as
 * `_`. To PHP, Rails and Express, `debug[]` and `debug[x]` are also the variable `debug`. One spelling to stand for all
 * spellings of a name. A name that itself says which part of a variable it means stands only for itself.
 */
export function usualParameter(name: string): string {
  if (!ODD.test(name)) return name;
  const known = name.replace(/^ +|\0.*/gs, "");
  const [, variable = known] = /^([^[]+)\[.*\]/s.exec(known) ?? [];
  return variable.replace(/[ .[]/g, "_");
}

/** Might an origin that looks for `wanted` find the parameter called `name`? */
export function isSpellingOfParameter(name: string, wanted: string): boolean {
  return name === wanted || (!wanted.includes("[") && usualParameter(name) === usualParameter(wanted));
}

/** The values that a query gives to a parameter, in any spelling, each once. Some origins also end a parameter at a semicolon. */
export function parameterValues(query: string, name: string): readonly string[] {
  const values = parametersOf(query).flatMap(([written, value]) =>
    isSpellingOfParameter(written, name) ? [value] : [],
  );
  return [...new Set(values)];
}

/** Parsed once, however many conditions of a request need them. */
const parametersOf = latest((query: string): readonly (readonly [name: string, value: string])[] => {
  const parameters = [...new URLSearchParams(query)];
  if (!query.includes(";")) return parameters;
  return [...parameters, ...new URLSearchParams(query.replaceAll(";", "&"))];
});

/**
 * The name of a query parameter, as an origin decodes it. The name of a raw query pair, decoded as in a form (`+` is a
 * space). An invalid escape stays as it is.
 */
export function parameterName(pair: string): string {
  const equals = pair.indexOf("=");
  const raw = equals === -1 ? pair : pair.slice(0, equals);
  if (!/[%+]/.test(raw)) return raw;
  // Decodes each run of escapes separately: the invalid escape at the end of `debu%67%` must not hide what comes before
  // it.
  return raw.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, decoded);
}

function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}
