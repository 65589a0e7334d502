// What is asked of each origin of a pool to learn whether it is good? An origin that is off is not asked.
import type { HealthConfig, OriginConfig } from "../../shared/site/pool-schema.ts";
import { originName } from "../keeping/origins-told.ts";
import type { Probe } from "../keeping/probe.ts";

/** `url` has no slash at its end. */
type Probed = Pick<OriginConfig, "id" | "url" | "state">;

export function compileProbes(
  pool: string,
  health: HealthConfig | undefined,
  origins: readonly Probed[],
): readonly Probe[] {
  if (!health) return NO_PROBES;
  const {
    path,
    method,
    headers,
    every,
    everyWhenGood = every,
    timeout,
    rise,
    fall,
    expect,
    webhook,
  } = health;
  return origins
    .filter(({ state }) => state !== "off")
    .map(({ id, url }) => ({
      name: originName(pool, id),
      url: url + path,
      method,
      headers: Object.entries(headers),
      everyMs: every,
      everyWhenGoodMs: everyWhenGood,
      timeoutMs: timeout,
      rise,
      fall,
      statuses: expect.status,
      ...(expect.body !== undefined && { body: expect.body }),
      ...(webhook !== undefined && { webhook }),
    }));
}

const NO_PROBES: readonly Probe[] = [];
