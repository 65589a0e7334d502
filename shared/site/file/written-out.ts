// How long is this value as JSON? Aliases share their parts, and nine lines of them can stand for gigabytes ("billion
// laughs"), so the length is reckoned without writing it out.

/** Characters, near enough; infinite where a part contains itself. */
export function lengthWrittenOut(value: unknown, known = new Map<object, number>()): number {
  if (typeof value !== "object" || value === null) return String(value).length + 2;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, Number.POSITIVE_INFINITY); // until it is known: met again below itself, it never ends
  let length = 2;
  for (const [key, part] of Object.entries(value)) length += key.length + 4 + lengthWrittenOut(part, known);
  known.set(value, length);
  return length;
}
