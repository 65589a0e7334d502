// Which version of a site does a client get while one is rolled out? Always the same one: its address decides. A client that has
// the next version keeps it when the share grows.
import { parseAddress } from "../../shared/address.ts";
import { hash32 } from "../../shared/hash32.ts";
import type { NextVersion } from "../../shared/site/site-record.ts";
import { besideLive } from "../caching/law/in-rollout.ts";
import type { Asked } from "../message.ts";
import type { CompiledSite } from "../site.ts";
import { asSiteSees } from "./identify.ts";

export interface Rollout {
  readonly live: CompiledSite;
  readonly next: CompiledSite;
  /** Of the clients: above 0 and below 1. */
  readonly share: number;
  readonly salt: string;
}

export function rolloutOf(
  live: CompiledSite,
  next: CompiledSite,
  { share, salt }: Pick<NextVersion, "share" | "salt">,
): Rollout {
  const rollout: Rollout = {
    live: { ...live, otherVersion: () => rollout.next },
    next: { ...besideLive(next, live), otherVersion: () => rollout.live },
    share,
    salt,
  };
  return rollout;
}

/** The live version says which proxies are believed when they name the client. */
export function versionFor({ live, next, share, salt }: Rollout, asked: Asked): CompiledSite {
  const { client } = asSiteSees(asked, live);
  return standingOf(client.ip, salt) < share ? next : live;
}

/** Where an address stands between 0 and 1. The addresses are spread evenly, in another order for each salt. */
export const standingOf = (address: string, salt: string): number =>
  fractionOf(`${salt} ${networkOf(address)}`);

/** Devices change the second half of an IPv6 address often, within the network of 64 bits that a customer has (RFC 8981). */
function networkOf(address: string): string {
  const parsed = address.includes(":") ? parseAddress(address) : undefined;
  if (parsed?.kind() !== "ipv6") return address;
  const bytes = parsed.toByteArray().slice(0, 8);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Nothing is protected here, and the salt is not known to clients. */
const fractionOf = (text: string): number => hash32(text) / 2 ** 32;
