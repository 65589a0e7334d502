// Reads Accept-Encoding (RFC 9110 §12.5.3). What cannot be read is not accepted.
import { weightAmong } from "../weights.ts";

/** The weight of each coding that the client names, in lower case. A coding named twice has the smaller weight. */
export function acceptedCodings(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const member of field.toLowerCase().split(",")) {
    const [, coding, parameters = ""] = MEMBER.exec(member) ?? [];
    if (coding === undefined) continue;
    // RFC 9110 §8.4.1.3: x-gzip is an old name of gzip.
    const name = coding === "x-gzip" ? "gzip" : coding;
    weights.set(name, Math.min(weightOf(parameters), weights.get(name) ?? 1));
  }
  return weights;
}

const MEMBER = /^[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*(|;.*)$/;

/** A coding has no other parameters. */
function weightOf(parameters: string): number {
  if (parameters === "") return 1;
  return /^;\s*q\s*=/.test(parameters) ? weightAmong(parameters.slice(1).split(";")) : 0;
}

/** `*` stands for what is not named. */
export const weightIn = (accepted: ReadonlyMap<string, number>, coding: string): number =>
  accepted.get(coding) ?? accepted.get("*") ?? 0;
