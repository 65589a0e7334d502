// Field values may hold any bytes (RFC 9110 §5.5). The runtime decodes them as UTF-8 and puts U+FFFD in place of what
// is none, so that two values which differ in such bytes become one text. Which bytes it stands for cannot be learnt:
// what holds it equals nothing, not even itself, is not stored, and goes out only as it came.

const STAND_IN = "\uFFFD";

export function isUnreadable(value: string): boolean {
  return value.includes(STAND_IN);
}

/** In any field but those named. */
export function hasUnreadable(headers: Headers, but?: string): boolean {
  let found = false;
  headers.forEach((value, name) => {
    if (name !== but && isUnreadable(value)) found = true;
  });
  return found;
}
