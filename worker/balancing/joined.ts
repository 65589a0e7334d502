// All that was tried for a request that went to one pool after the other.
import type { Sending } from "./sending.ts";

export function joined(first: Sending | undefined, second: Sending | undefined): Sending | undefined {
  if (!first || !second) return first ? { ...first, answeredBy: undefined } : second;
  return { ...second, attempts: [...first.attempts, ...second.attempts] };
}
