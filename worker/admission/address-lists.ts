// Is the client in an address list of the site? A list in the file is compiled once, however many rules name it. A list behind a URL is
// a fact that the isolate brings. Pure.
import { once } from "../../shared/remember.ts";
import type { Site } from "../../shared/site/schema.ts";
import { listKey } from "../keeping/list-wanted.ts";
import { type AddressSet, compileAddressSet } from "../routing/address-set.ts";
import type { AddressLists } from "./list-shelf.ts";

/** By name. */
export type SiteLists = ReadonlyMap<string, SiteList>;

type SiteList =
  | { readonly kind: "here"; readonly addresses: () => AddressSet }
  | { readonly kind: "read"; readonly key: string };

export const compileLists = ({ lists }: Pick<Site, "lists">): SiteLists =>
  new Map(
    Object.entries(lists).map(([name, { ranges = [], url }]): [string, SiteList] => [
      name,
      url === undefined
        ? { kind: "here", addresses: once(() => compileAddressSet(ranges)) }
        : { kind: "read", key: listKey({ name, url }) },
    ]),
  );

export type ListHas = (ip: string, known: AddressLists) => boolean;

/** A list that was never read has nobody: nobody is denied by it, and nobody is allowed. */
export function inList(name: string, lists: SiteLists): ListHas {
  const list = lists.get(name);
  if (!list) throw new Error(`there is no list ${name}: the site was not validated`);
  return list.kind === "here"
    ? (ip) => list.addresses().has(ip)
    : (ip, known) => known.of(list.key)?.has(ip) === true;
}

/** Facts by hand: these lists have every address, and the others were never read. */
export const listsByHand = (names: readonly string[]): AddressLists => ({
  of: (key) => (names.includes(key.slice(0, key.lastIndexOf("~"))) ? EVERYBODY : undefined),
});

const EVERYBODY: AddressSet = { has: () => true };
