// What is asked of each origin of a pool to learn whether it is good? An origin that is off is not asked.
import type { Endpoint } from "../../shared/site/endpoint.ts";
import type { HealthConfig, OriginConfig } from "../../shared/site/pool-schema.ts";
import { originName } from "../keeping/origins-told.ts";
import type { Probe } from "../keeping/probe.ts";
import { type OriginPlace, urlAt } from "../rewriting/from-origin.ts";

/** `url` has no slash at its end. */
interface Probed extends OriginPlace, Pick<OriginConfig, "id" | "url" | "state"> {
  readonly endpoint: Endpoint | null;
}

export function compileProbes(
  pool: string,
  health: HealthConfig | undefined,
  { origins, hosts }: { readonly origins: readonly Probed[]; readonly hosts: readonly string[] },
): readonly Probe[] {
  if (!health) return NO_PROBES;
  const {
    path,
    method,
    headers,
    every,
    everyWhenGood = every,
    everyInDoubt,
    timeout,
    rise,
    fall,
    expect,
    webhook,
  } = health;
  return origins
    .filter(({ state }) => state !== "off")
    .map((origin) => ({
      name: originName(pool, origin.id),
      url: urlProbed(origin, hosts) + path,
      ...(origin.endpoint && { endpoint: origin.endpoint }),
      method,
      headers: Object.entries(headers),
      everyMs: every,
      everyWhenGoodMs: everyWhenGood,
      ...(everyInDoubt !== undefined && { everyInDoubtMs: everyInDoubt }),
      timeoutMs: timeout,
      rise,
      fall,
      statuses: expect.status,
      ...(expect.body !== undefined && { body: expect.body }),
      ...(webhook !== undefined && { webhook }),
    }));
}

/** An origin that sees the host of the client is probed with the first host of the site that is no pattern, if it has one. */
function urlProbed(origin: Probed, hosts: readonly string[]): string {
  if (!origin.seenAs) return origin.url;
  return urlAt(origin, hosts.find((host) => !host.includes("*")) ?? origin.host);
}

const NO_PROBES: readonly Probe[] = [];
