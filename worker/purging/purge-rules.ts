// Who may purge a site by requests with the method PURGE or BAN? Pure.
import type { PurgeRequestsConfig } from "../../shared/site/purge-requests-schema.ts";
import { type AddressSet, compileAddressSet } from "../routing/address-set.ts";

export interface PurgeRules {
  readonly isSigned: boolean;
  readonly withinMs: number;
  /** SHA-256 of each token. */
  readonly tokens: readonly string[];
  /** Null if the address does not matter. */
  readonly from: AddressSet | null;
}

export const compilePurgeRules = ({ signed, within, tokens, from }: PurgeRequestsConfig): PurgeRules => ({
  isSigned: signed,
  withinMs: within,
  tokens,
  from: from ? compileAddressSet(from) : null,
});

/** The methods by which Varnish is told. The runtime knows no others of those that its users have made up. */
export const isPurgeRequest = (method: string): boolean => method === "PURGE" || method === "BAN";

/** For what the key of a site is derived from the root secret. */
export const purgePurpose = (site: string): string => `headgate purge ${site}`;
