// The name of a query parameter, as an origin decodes it.

/** The name of a raw query pair, decoded as in a form (`+` is a space). An invalid escape stays as it is. */
export function parameterName(pair: string): string {
  const equals = pair.indexOf("=");
  const raw = equals === -1 ? pair : pair.slice(0, equals);
  if (!/[%+]/.test(raw)) return raw;
  const spaced = raw.replaceAll("+", " ");
  // Decodes each run of escapes separately: the invalid escape at the end of `debu%67%` must not hide what comes before
  // it.
  return decoded(spaced) ?? spaced.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => decoded(run) ?? run);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
