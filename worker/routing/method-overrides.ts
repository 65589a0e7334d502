// Which other methods does a request name? Frameworks (Rack, Express, Rails) take the method of a POST from these fields.
import { fieldValues } from "./spellings.ts";

export const METHOD_OVERRIDES: ReadonlySet<string> = new Set([
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
]);

/** In any spelling of the fields, in upper case. */
export const overridesOf = (headers: Headers): string[] =>
  [...METHOD_OVERRIDES]
    .flatMap((name) => fieldValues(headers, name))
    .flatMap((value) => value.split(","))
    .map((one) => one.trim().toUpperCase());
