// Does a route ask for a host in a way that has no effect? It never matches if no host of the site matches the
// condition. As a header the host is compared as the client spelled it, so `SHOP.example.com:443` slips past such a
// guard.
import { compileGlob } from "../../glob.ts";
import type { MatchConfig } from "../match-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

export function hostsInVain(site: Site): Problem[] {
  return site.routes.flatMap(({ match }, index) => inMatch(match, ["routes", index, "match"], site.hosts));
}

function inMatch(match: MatchConfig | undefined, keys: Keys, hosts: readonly string[]): Problem[] {
  if (!match) return [];
  const inside = (one: MatchConfig | undefined, ...steps: PropertyKey[]) =>
    inMatch(one, [...keys, ...steps], hosts);
  return [
    ...(match.host ?? []).flatMap((host, index) =>
      isServed(host, hosts)
        ? []
        : [problemAt([...keys, "host", index], `never matches: the site serves ${hosts.join(", ")} only`)],
    ),
    ...(match.header && Object.hasOwn(match.header, "host")
      ? [
          problemAt(
            [...keys, "header", "host"],
            "is compared as the client spells it, with capitals, port and trailing dot; use `match.host`, which ignores these",
            { atKey: true },
          ),
        ]
      : []),
    ...inside(match.not, "not"),
    ...(match.any ?? []).flatMap((one, index) => inside(one, "any", index)),
    ...(match.all ?? []).flatMap((one, index) => inside(one, "all", index)),
  ];
}

/** A site for all hosts below a name serves more hosts than can be listed. */
const isServed = (pattern: string, hosts: readonly string[]): boolean =>
  hosts.some((host) => host.startsWith("*") || compileGlob(pattern)(host));
