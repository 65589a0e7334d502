// Which version of a site does a client get while one is rolled out? Always the same one: its address decides. A client that has
// the next version keeps it when the share grows.
import { hash32 } from "../../shared/hash32.ts";
import type { NextVersion } from "../../shared/site/site-record.ts";
import { besideLive } from "../caching/law/in-rollout.ts";
import type { Asked } from "../message.ts";
import type { CompiledSite } from "../site.ts";
import { asSiteSees } from "./identify.ts";
import { networkOf } from "./network-of.ts";

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

/** Nothing is protected here, and the salt is not known to clients. */
const fractionOf = (text: string): number => hash32(text) / 2 ** 32;
