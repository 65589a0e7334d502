// Survivors that no test can or should kill, each with its reason. A line is found by its text, wherever it stands.

export interface Explained {
  /** The file's name without its folder. */
  readonly file: string;
  /** The first line of what is changed, without its indentation. */
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

export const EXPLAINED: readonly Explained[] = [
  {
    file: "max-forwards.ts",
    line: 'return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");',
    change: 'headers.get("max-forwards") ?? "" → headers.get("max-forwards")',
    reason: "`test` reads null as the text null, which has no digit either",
  },
  {
    file: "max-forwards.ts",
    line: 'return method === "OPTIONS" && /^0+$/.test(headers.get("max-forwards") ?? "");',
    change: '"" → "mutated"',
    reason: "any text without digits does",
  },
  {
    file: "candidates.ts",
    line: "if (health.size === 0) return pool.tiers;",
    change: "health.size === 0 → false",
    reason: "only speed differs: without failures the groups are the tiers",
  },
  {
    file: "retry.ts",
    line: 'case "request-body-broken":',
    change: '"request-body-broken" → ""',
    reason: "the end of the function gives undefined as well",
  },
];
