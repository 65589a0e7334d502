// Which of these names was probably meant?
import { closest, distance } from "fastest-levenshtein";

/** ``did you mean `ttl`?``, or undefined if no name is close. */
export function didYouMean(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = written.toLowerCase();
  const near = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((one) => one !== written && one.toLowerCase() === near);
  // Up to a third of the letters may differ, or all letters may be there in another order: `wbe` for `web`.
  const slips = Math.floor(Math.max(lower.length, near.length) / 3);
  const isClose = distance(lower, near) <= slips || sorted(lower) === sorted(near);
  return name !== undefined && isClose ? `did you mean \`${name}\`?` : undefined;
}

const sorted = (word: string): string => [...word].sort().join();
