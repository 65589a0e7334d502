// How long is this value as JSON, and which part makes it too long? Aliases share their parts, and nine lines of them can expand to gigabytes ("billion
// laughs"), so the length is computed without expanding them.

/** Approximate, in characters; infinite if a part contains itself. */
export function lengthWrittenOut(value: unknown, known = new Map<object, number>()): number {
  if (typeof value !== "object" || value === null) return String(value).length + 2;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, Number.POSITIVE_INFINITY); // until it is known: a value found inside itself is infinite
  let length = 2;
  for (const [key, part] of Object.entries(value)) length += key.length + 4 + lengthWrittenOut(part, known);
  known.set(value, length);
  return length;
}

/** The way to the innermost part that alone is too long. Each part but the last is too long as well. */
export function wayToExcess(value: unknown, limit: number): PropertyKey[] {
  const known = new Map<object, number>();
  const way: PropertyKey[] = [];
  for (let part = value; ; ) {
    const step = Object.entries(Object(part)).find(([, inner]) => lengthWrittenOut(inner, known) > limit);
    if (!step) return way;
    way.push(step[0]);
    part = step[1];
  }
}
