// How a client is told to prove who it is (RFC 9110 §11.6.1, RFC 6750 §3). Every 401 has to say it. Pure.

export type ChallengeScheme = "Basic" | "Bearer" | "ApiKey" | "Signed" | "Login";

/** `isWrong`: it has tried. Why it failed is told nobody. */
export function challengeOf(scheme: ChallengeScheme, realm: string, isWrong: boolean): string {
  const shown = `${scheme} realm="${realm}"`;
  if (scheme === "Basic") return `${shown}, charset="UTF-8"`;
  return scheme === "Bearer" && isWrong ? `${shown}, error="invalid_token"` : shown;
}
