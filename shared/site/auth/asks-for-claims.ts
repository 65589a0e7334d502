// Does a match depend on what the client has proven of itself?
import type { MatchConfig } from "../match-schema.ts";

export function asksForClaims({ claims, not, any = [], all = [] }: MatchConfig): boolean {
  return claims !== undefined || [...(not ? [not] : []), ...any, ...all].some(asksForClaims);
}
