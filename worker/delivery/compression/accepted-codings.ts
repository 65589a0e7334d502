// Reads Accept-Encoding (RFC 9110 §12.5.3). What cannot be read is not accepted.

/** The weight of each coding that the client names, in lower case. A coding named twice has the smaller weight. */
export function acceptedCodings(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const member of field.toLowerCase().split(",")) {
    const [, coding, parameters = ""] = MEMBER.exec(member) ?? [];
    if (coding === undefined) continue;
    const [, weight = Number.NaN] = parameters === "" ? ["", 1] : (WEIGHT.exec(parameters) ?? []);
    // RFC 9110 §8.4.1.3: x-gzip is an old name of gzip.
    const name = coding === "x-gzip" ? "gzip" : coding;
    const given = Number.isNaN(Number(weight)) ? 0 : Number(weight);
    weights.set(name, Math.min(given, weights.get(name) ?? 1));
  }
  return weights;
}

const MEMBER = /^[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*(|;.*)$/;
const WEIGHT = /^;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*$/;

/** `*` stands for what is not named. */
export const weightIn = (accepted: ReadonlyMap<string, number>, coding: string): number =>
  accepted.get(coding) ?? accepted.get("*") ?? 0;
