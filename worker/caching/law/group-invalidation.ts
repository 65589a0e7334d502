// Which groups of stored responses does the response to an unsafe request invalidate? RFC 9875 §3.
import type { PurgeTarget } from "../../keeping/purge-target.ts";
import { stringsIn } from "./tags.ts";

/** RFC 9875 asks for at least 32. The keeper is told of each. */
const MAX_GROUPS = 64;

/** Groups belong to an origin (§2.1): those of other hosts stay. A port and a scheme are not told apart. */
export function groupsInvalidated(headers: Headers, host: string): readonly PurgeTarget[] {
  const field = headers.get("cache-group-invalidation");
  if (field === null) return [];
  const groups = new Set(stringsIn(field).filter((group) => group !== ""));
  return [...groups].slice(0, MAX_GROUPS).map((tag) => ({ by: "tag", tag, host }));
}
