// How an origin process behaves, and what it and its parent tell each other over their channel.

export type Behaviour =
  | { readonly kind: "well" }
  /** Every response starts this much later. Probes are answered as always. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Every request is answered with this status, probes too. */
  | { readonly kind: "status"; readonly status: number }
  /** Sends the header and half of the body, and closes the connection. */
  | { readonly kind: "cut" };

export const WELL: Behaviour = { kind: "well" };

export type FromOrigin = { readonly port: number } | { readonly told: Behaviour };
