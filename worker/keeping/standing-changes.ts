// What has become of the origins of a site since the last look? For the log and for webhooks.
import type { StoredOrigins } from "./origins-told.ts";

export interface StandingChange {
  readonly pool: string;
  readonly origin: string;
  readonly standing: "down" | "good";
  /** How the last probe failed; of one that is good again: why it had been down. */
  readonly because: string;
  /** When it changed, in milliseconds since 1970. */
  readonly at: number;
  /** How long it was down; only of one that is good again. */
  readonly afterMs?: number;
}

/** `goodSince`: when an origin was good again; undefined if it is no longer probed, which is no news of the origin. */
export function standingChanges(
  before: StoredOrigins,
  after: StoredOrigins,
  goodSince: (name: string) => number | undefined,
): readonly StandingChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name): StandingChange[] => {
    const [was, is] = [before[name]?.down, after[name]?.down];
    const [pool = "", origin = ""] = name.split("/");
    if (is && !was) return [{ pool, origin, standing: "down", because: is.because, at: is.since }];
    const at = was && !is ? goodSince(name) : undefined;
    return was && at !== undefined
      ? [{ pool, origin, standing: "good", because: was.because, at, afterMs: Math.max(0, at - was.since) }]
      : [];
  });
}
