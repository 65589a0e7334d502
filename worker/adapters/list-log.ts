// A line for what happens to an address list, from the keeper of its site: once on the whole edge, and not at each reading. It names
// the list and not its URL, which may hold a key.
import type { ListKept, ListResult } from "../keeping/listing.ts";

interface Reading {
  readonly result: ListResult;
  readonly now: number;
}

export function logListReading(site: string, before: ListKept, { result, now }: Reading): void {
  const about = { time: new Date(now).toISOString(), site, list: before.name };
  if (result.kind === "failed") {
    if (result.because === before.failing?.because) return; // told when it began
    const inForce = before.good
      ? { ranges: before.good.ranges, readAt: new Date(before.good.at).toISOString() }
      : null;
    const message = before.good
      ? "an address list could not be read; what was read last stays in force"
      : "an address list could not be read, and never was: `deny` by it denies nobody, `allow` by it lets nobody in";
    write({ level: "warn", message, ...about, because: result.because, inForce });
    return;
  }
  const isNew = result.kind === "read" && result.good.digest !== before.good?.digest;
  if (!isNew && !before.failing) return;
  const { ranges } = result.kind === "read" ? result.good : (before.good ?? { ranges: 0 });
  const skipped = result.kind === "read" ? result.skipped : 0;
  write({ level: "info", message: "an address list was read", ...about, ranges, skipped });
}

const write = (line: object): void => console.warn(JSON.stringify(line));
