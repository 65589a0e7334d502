// A line for each change of an origin's standing, from its keeper: once on the whole edge, and not from each isolate.
import type { StandingChange } from "../keeping/standing-changes.ts";

export function logStanding(site: string, { standing, at, ...told }: StandingChange): void {
  const [level, message] =
    standing === "down" ? ["warn", "an origin is down"] : ["info", "an origin is good again"];
  console.warn(JSON.stringify({ level, message, time: new Date(at).toISOString(), site, ...told }));
}
