// What did one check of `headgate smoke` come to?

export type Finding =
  | { readonly verdict: "ok"; readonly saw: string }
  /** `means`: what follows from it, and what to do. */
  | { readonly verdict: "failed"; readonly saw: string; readonly means: string }
  /** The place cannot show it. `saw` says why. */
  | { readonly verdict: "not-applicable"; readonly saw: string };

export const fine = (saw: string): Finding => ({ verdict: "ok", saw });
export const failed = (saw: string, means: string): Finding => ({ verdict: "failed", saw, means });
export const notHere = (saw: string): Finding => ({ verdict: "not-applicable", saw });

/** Cloudflare's network; a loopback address, where `dev` and `serve` cannot be told apart; or any other, as `serve` has in production. */
export type Place = "cloudflare" | "this-machine" | "elsewhere";

/** An answer as it came: nothing is decoded. */
export interface Answer {
  readonly status: number;
  /** Lower-case names; several values are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Checked {
  readonly name: string;
  readonly finding: Finding;
}
