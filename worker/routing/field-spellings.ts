// The other spellings of a field name. To CGI and its successors (WSGI, Rack, PHP) `x_user` and `x-user` are the same
// variable, and it is not known which of the two they use.

import { latest } from "../../shared/latest.ts";

/** Of all spellings one. */
export const usualSpelling = (name: string): string => name.replaceAll("_", "-");

/** The values that a request gives to a field, in whatever spelling; `name` is in lower case. */
export function fieldValues(headers: Headers, name: string): readonly string[] {
  const value = headers.get(name);
  const values = value === null ? [] : [value];
  const usual = usualSpelling(name);
  if (!usual.includes("-")) return values;
  const inUsual = usual === name ? null : headers.get(usual);
  if (inUsual !== null) values.push(inUsual);
  for (const [field, other] of underscored(headers)) {
    if (field !== name && usualSpelling(field) === usual) values.push(other);
  }
  return values;
}

/** The fields that are spelt with `_`, mostly none: looked for once, however many conditions of a request ask. */
const underscored = latest((headers: Headers): readonly (readonly [string, string])[] => {
  const found: [string, string][] = [];
  headers.forEach((value, field) => {
    if (field.includes("_")) found.push([field, value]);
  });
  return found;
});
