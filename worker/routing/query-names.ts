// The name of a query parameter, as an origin decodes it.

/** The name of a raw query pair, decoded as in a form (`+` is a space). An invalid escape stays as it is. */
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
