// A field name in its other spellings. To CGI and its heirs (WSGI, Rack, PHP) `x_user` and `x-user` are the same
// variable, and which of the two they take is not known.

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
  headers.forEach((other, field) => {
    if (field.includes("_") && field !== name && usualSpelling(field) === usual) values.push(other);
  });
  return values;
}
