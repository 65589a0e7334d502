// A parameter of the query in its other spellings. PHP cuts a name at a NUL, drops blanks before it, and writes `.` and
// blanks as `_`; to it, Rails and Express `debug[]` and `debug[x]` are the variable `debug` too.
import { latest } from "../../shared/latest.ts";

const ODD = /[\0 .[]/;

/** Of all spellings of a name one; of a name that itself says which part of a variable it means, none but its own. */
export function usualParameter(name: string): string {
  if (!ODD.test(name)) return name;
  const [, known = ""] = /^ *([^\0]*)/.exec(name) ?? [];
  const [, variable = known] = /^([^[]+)\[.*\]/s.exec(known) ?? [];
  return variable.replace(/[ .[]/g, "_");
}

/** Does an origin that is asked for `wanted` perhaps find what is called `name`? */
export function isSpellingOfParameter(name: string, wanted: string): boolean {
  return name === wanted || (!wanted.includes("[") && usualParameter(name) === usualParameter(wanted));
}

/** The values that a query gives to a parameter, in whatever spelling. Some origins end one at a semicolon too. */
export function parameterValues(query: string, name: string): readonly string[] {
  return parametersOf(query).flatMap(([written, value]) =>
    isSpellingOfParameter(written, name) ? [value] : [],
  );
}

/** Read once, however many conditions of a request ask. */
const parametersOf = latest((query: string): readonly (readonly [name: string, value: string])[] => [
  ...new URLSearchParams(query),
  ...(query.includes(";") ? new URLSearchParams(query.replaceAll(";", "&")) : []),
]);
