// Does a match depend on what the client has proven of itself?
import type { MatchConfig } from "../match-schema.ts";

export const asksForClaims = (match: MatchConfig): boolean =>
  match.claims !== undefined || within(match).some(asksForClaims);

/** The names of the claims on which it depends. */
export const claimsAsked = (match: MatchConfig): string[] => [
  ...Object.keys(match.claims ?? {}),
  ...within(match).flatMap(claimsAsked),
];

const within = ({ not, any = [], all = [] }: MatchConfig): MatchConfig[] => [
  ...(not ? [not] : []),
  ...any,
  ...all,
];
