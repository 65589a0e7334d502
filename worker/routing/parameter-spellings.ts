// The other spellings of a query parameter. PHP cuts a name at a NUL, removes spaces before it, and writes `.` and
// spaces as `_`. To PHP, Rails and Express, `debug[]` and `debug[x]` are also the variable `debug`.
import { latest } from "../../shared/remember.ts";

const ODD = /[\0 .[]/;

/**
 * One spelling to stand for all spellings of a name. A name that itself says which part of a variable it means stands
 * only for itself.
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
