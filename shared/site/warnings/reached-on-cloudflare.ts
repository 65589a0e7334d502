// What does a pool ask for that cannot be had on Cloudflare? `headgate serve` and `dev` can all of it.
import { type SeenAs, seenAsOf } from "../endpoint.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type PoolConfig = Site["pools"][string];
type OriginConfig = PoolConfig["origins"][number];
type Keys = readonly PropertyKey[];

export function notOnCloudflare(site: Site): Problem[] {
  const problems = Object.entries(site.pools).flatMap(([id, pool]) => {
    const ofPool = ["pools", id];
    return pool.origins.flatMap((origin, index) => {
      const ofOrigin = [...ofPool, "origins", index];
      return [
        ...hostElsewhere(origin, pool, site.hosts, origin.host === undefined ? ofPool : ofOrigin),
        ...tlsElsewhere(origin.tls ?? pool.tls, origin.tls ? ofOrigin : ofPool),
        ...(origin.socket === undefined
          ? []
          : [
              elsewhere([...ofOrigin, "socket"], "is never reached on Cloudflare, which has no Unix sockets"),
            ]),
      ];
    });
  });
  return [...new Map(problems.map((problem) => [problem.path, problem])).values()];
}

/** `cf.resolveOverride` is for two hosts of one zone. */
function hostElsewhere(
  origin: OriginConfig,
  pool: PoolConfig,
  hosts: readonly string[],
  keys: Keys,
): Problem[] {
  const seenAs = seenAsOf(origin, pool);
  const { hostname, host } = new URL(origin.url);
  const outside = namesOf(seenAs, hosts).find((name) => !mayShareZone(name, hostname));
  if (outside === undefined) return [];
  const message = `has no effect on Cloudflare: \`${origin.id}\` sees ${host}, because no zone can have both that and ${outside}`;
  return [
    elsewhere(
      [...keys, "host"],
      message,
      "see docs/origins.md for what an origin can do with X-Forwarded-Host",
    ),
  ];
}

/** A site for all hosts may be asked for any. */
function namesOf(seenAs: SeenAs, hosts: readonly string[]): readonly string[] {
  if (seenAs === null) return [];
  if (seenAs !== "keep") return [seenAs.name.replace(/:\d+$/, "")];
  return hosts.filter((host) => host !== "*").map((host) => host.replace(/^\*\./, ""));
}

/** A zone has a name of two labels at least. An address is in none. */
function mayShareZone(name: string, other: string): boolean {
  const zone = (host: string) => host.split(".").slice(-2).join(".");
  const isAddress = /^\[|^[\d.]+$/.test(other);
  return !isAddress && other.includes(".") && zone(name) === zone(other);
}

function tlsElsewhere(tls: PoolConfig["tls"], keys: Keys): Problem[] {
  if (!tls) return [];
  const at = (key: string, message: string) => elsewhere([...keys, "tls", key], message);
  return [
    ...(tls.name === undefined
      ? []
      : [
          at(
            "name",
            "has no effect on Cloudflare, where the certificate must be for the Host that the origin sees",
          ),
        ]),
    ...(tls.ca === undefined
      ? []
      : [
          at(
            "ca",
            "has no effect on Cloudflare, which trusts the public authorities and the origin trust store of the zone",
          ),
        ]),
  ];
}

const elsewhere = (keys: Keys, message: string, hint?: string): Problem => ({
  ...problemAt(keys, message, { atKey: true, ...(hint !== undefined && { hint }) }),
  onlyOn: "cloudflare",
});
