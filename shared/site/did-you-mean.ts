// Which of these names was probably meant?
import { closest, distance } from "fastest-levenshtein";

/** ``did you mean `ttl`?``, or undefined where no name is close. */
export function didYouMean(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = written.toLowerCase();
  const near = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((one) => one.toLowerCase() === near);
  const length = Math.max(lower.length, near.length);
  // Two letters that changed places are two slips; of a name of one or two letters nothing would be left.
  const slips = length < 3 ? 0 : Math.min(3, Math.ceil(length * 0.4));
  return name !== undefined && name !== written && distance(lower, near) <= slips
    ? `did you mean \`${name}\`?`
    : undefined;
}
