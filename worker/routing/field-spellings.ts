// The other spellings of a field name. To CGI and its successors (WSGI, Rack, PHP) `x_user` and `x-user` are the same
// variable, and it is not known which of the two they use.
import { latest } from "../../shared/remember.ts";

/** One spelling to stand for all of them. */
export const usualSpelling = (name: string): string => name.replaceAll("_", "-");

/** The values that a request gives to a field, in any spelling. `name` is in lower case. */
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

/** The fields spelled with `_`, usually none. Looked up once, however many conditions of a request need them. */
const underscored = latest((headers: Headers): readonly (readonly [string, string])[] => {
  const found: [string, string][] = [];
  headers.forEach((value, field) => {
    if (field.includes("_")) found.push([field, value]);
  });
  return found;
});
