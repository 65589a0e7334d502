// Is a value nested so deeply that reading it may use up the stack? How deep that is differs from thread to thread and with what has run
// before, and a site that one place takes and another refuses would be worse than a fixed limit.
const MAX_DEPTH = 100;

export function isTooDeep(value: unknown): boolean {
  return levelsOf(value, MAX_DEPTH, new Map()) > MAX_DEPTH;
}

/**
 * No more than `most` are counted, so this does not use up the stack itself. `known`: the levels of each part, since parts that aliases
 * share would be counted for each way that leads to them.
 */
function levelsOf(value: unknown, most: number, known: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return 0;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (most === 0) return Number.POSITIVE_INFINITY;
  let levels = 0;
  for (const part of Object.values(value)) levels = Math.max(levels, levelsOf(part, most - 1, known));
  known.set(value, levels + 1);
  return levels + 1;
}
