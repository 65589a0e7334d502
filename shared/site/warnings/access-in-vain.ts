// Which access rules refuse everybody, or nobody?
import { type AddressRange, parseRange, rangeCovers } from "../../address-range.ts";
import type { ClientsConfig } from "../access-schema.ts";
import { accessRules, clientsNamed } from "../faults/access.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

export function accessInVain(site: Site): Problem[] {
  return [
    ...deniedAnyway(site),
    ...metByNobody(site),
    ...everybodyDenied(site),
    ...switchedOffInVain(site),
    ...listsInVain(site),
    ...placesBehindProxies(site),
    ...knownOnlyOnCloudflare(site),
  ];
}

/** What is allowed and denied at once is denied. */
function deniedAnyway(site: Site): Problem[] {
  return accessRules(site).flatMap(({ keys, access }) => {
    const denied = [access.deny, ...(keys.length > 1 && !isOff(site, keys) ? [site.access?.deny] : [])];
    const ranges = denied.flatMap((clients) => (clients ? addressesOf(clients, site) : []));
    const allowed = access.allow?.ip ?? [];
    return allowed.flatMap((text, at) => {
      const range = parseRange(text);
      if (!range || !ranges.some((wide) => rangeCovers(wide, range))) return [];
      const place = allowed.length === 1 ? [...keys, "allow", "ip"] : [...keys, "allow", "ip", at];
      return [problemAt(place, `${text} is never let in: \`deny\` names it too, and comes first`)];
    });
  });
}

const isOff = (site: Site, keys: Keys): boolean => site.routes[Number(keys[1])]?.access === "off";

/** The site and the route both have to let a request in, and no address is in both. */
function metByNobody(site: Site): Problem[] {
  const ofSite = site.access?.allow;
  if (!ofSite || !isByAddressOnly(ofSite, site)) return [];
  const wide = addressesOf(ofSite, site);
  return site.routes.flatMap(({ access }, index) => {
    const allow = access === undefined || access === "off" ? undefined : access.allow;
    if (!allow || !isByAddressOnly(allow, site)) return [];
    const isMet = addressesOf(allow, site).some((one) => wide.some((other) => overlap(one, other)));
    if (isMet) return [];
    const message =
      "lets nobody in: `access.allow` of the site has to let a request in too, and no address is in both";
    return [problemAt(["routes", index, "access", "allow"], message, { atKey: true })];
  });
}

/** Of two ranges of bits, one is within the other or they are apart. */
const overlap = (one: AddressRange, other: AddressRange): boolean =>
  rangeCovers(one, other) || rangeCovers(other, one);

/** Lists behind a URL may have any address. */
const isByAddressOnly = ({ ip, list, ...others }: ClientsConfig, { lists }: Site): boolean =>
  Object.values(others).every((value) => value === undefined) &&
  (list ?? []).every((name) => lists[name]?.ranges !== undefined);

const addressesOf = ({ ip = [], list = [] }: ClientsConfig, { lists }: Site): AddressRange[] =>
  [...ip, ...list.flatMap((name) => (Object.hasOwn(lists, name) ? (lists[name]?.ranges ?? []) : []))].flatMap(
    (text) => parseRange(text) ?? [],
  );

const ALL = ["0.0.0.0/0", "::/0"].flatMap((text) => parseRange(text) ?? []);

/** Elsewhere `deny all` comes last and is what remains. Here it comes first. */
function everybodyDenied(site: Site): Problem[] {
  return accessRules(site).flatMap(({ keys, access }) => {
    const ranges = access.deny ? addressesOf(access.deny, site) : [];
    const isAll = ALL.some((all) => ranges.some((range) => rangeCovers(range, all)));
    if (!isAll || !access.allow) return [];
    const message = "denies every address, and comes before `allow`, so `allow` lets nobody in";
    const hint = "remove it: with `allow`, everybody else is refused";
    return [problemAt([...keys, "deny"], message, { atKey: true, hint })];
  });
}

function switchedOffInVain({ access, routes }: Site): Problem[] {
  if (access) return [];
  return routes.flatMap((route, index) =>
    route.access === "off"
      ? [
          problemAt(["routes", index, "access"], "has no effect: the site has no access rules", {
            atKey: true,
          }),
        ]
      : [],
  );
}

function listsInVain(site: Site): Problem[] {
  const named = new Set(
    accessRules(site).flatMap(({ access }) => clientsNamed(access).flatMap(([, { list = [] }]) => list)),
  );
  return Object.keys(site.lists).flatMap((name) =>
    named.has(name)
      ? []
      : [problemAt(["lists", name], "has no effect: no access rule names it", { atKey: true })],
  );
}

const PLACES = ["country", "continent", "asn"] as const;

const rulesByPlace = (site: Site): { readonly keys: Keys; readonly kind: "allow" | "deny" }[] =>
  accessRules(site).flatMap(({ keys, access }) =>
    clientsNamed(access).flatMap(([kind, clients]) =>
      PLACES.flatMap((place) => (clients[place] ? [{ keys: [...keys, kind, place], kind }] : [])),
    ),
  );

/** The platform knows where its peer is, which then is the proxy. */
function placesBehindProxies(site: Site): Problem[] {
  if (site.trustedProxies.length === 0) return [];
  return rulesByPlace(site).map(({ keys, kind }) =>
    problemAt(
      keys,
      `${kind === "allow" ? "lets nobody in who comes" : "denies nobody who comes"} through one of the \`trustedProxies\`: ` +
        "where a client behind a proxy is, is not known",
      { atKey: true },
    ),
  );
}

/** wrangler gives each local request the place of the machine that it has looked up, and without a network a fixed one. */
const NOT_ON_CLOUDFLARE =
  "where the edge does not run on Cloudflare (`headgate serve`, or an app with HEADGATE_RUNS_ON=standalone): only the address of a " +
  "client is known there; `headgate dev` takes every client to be where your machine is";

function knownOnlyOnCloudflare(site: Site): Problem[] {
  return rulesByPlace(site).map(({ keys, kind }) => ({
    ...problemAt(keys, `${kind === "allow" ? "lets nobody in" : "denies nobody"} ${NOT_ON_CLOUDFLARE}`, {
      atKey: true,
    }),
    onlyOn: "standalone" as const,
  }));
}
