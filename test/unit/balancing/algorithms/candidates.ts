// Candidates for the tests of the algorithms: only what an algorithm looks at.
import { hash32 } from "../../../../shared/hash32.ts";

export interface TestCandidate {
  readonly origin: { readonly id: string; readonly hash: number };
  readonly weight: number;
}

export const candidates = (weights: Readonly<Record<string, number>>): readonly TestCandidate[] =>
  Object.entries(weights).map(([id, weight]) => ({ origin: { id, hash: hash32(id) }, weight }));

/** How often each is picked, of so many requests. */
export function sharesOf(
  requests: number,
  pick: (request: number) => TestCandidate | undefined,
): Readonly<Record<string, number>> {
  const shares: Record<string, number> = {};
  for (let request = 0; request < requests; request++) {
    const id = pick(request)?.origin.id ?? "none";
    shares[id] = (shares[id] ?? 0) + 1 / requests;
  }
  return shares;
}
