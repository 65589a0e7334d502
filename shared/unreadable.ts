// Field values may hold any bytes (RFC 9110 §5.5). The runtime decodes them as UTF-8 and replaces invalid bytes by
// U+FFFD, so two different values can become the same text. The original bytes cannot be recovered. Such a value
// therefore equals nothing, not even itself. It is not stored, and it is forwarded only unchanged.

const STAND_IN = "\uFFFD";

export function isUnreadable(value: string): boolean {
  return value.includes(STAND_IN);
}

/** In any field except the one named. */
export function hasUnreadable(headers: Headers, but?: string): boolean {
  let found = false;
  headers.forEach((value, name) => {
    if (name !== but && isUnreadable(value)) found = true;
  });
  return found;
}
