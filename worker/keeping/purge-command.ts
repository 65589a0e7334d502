// A purge of stored responses, as a command to the keeper: of a URL, of everything below a path, of what has a tag, of a host, or of
// everything.
import { err, ok, type Result } from "../../shared/result.ts";
import { MAX_PREFIX_SEGMENTS, nameOf } from "./mark-names.ts";
import { addMark, type PurgeMarks } from "./purge-marks.ts";
import type { PurgeMode, PurgeTarget } from "./purge-target.ts";

export type { PurgeMode, PurgeTarget };

export interface PurgeCommand {
  readonly kind: "purge";
  readonly what: PurgeTarget;
  readonly mode: PurgeMode;
  /** Spreads the expiry over so long: each response expires at a point of its own. 0: all at once. */
  readonly overMs: number;
}

export type PurgeObjection = {
  readonly reason: "purge-of-nothing" | "bad-purge-mode" | "bad-purge-spread" | PurgeTargetFault;
};

export type PurgeTargetFault =
  | "bad-purge-url"
  | "bad-purge-host"
  | "bad-purge-tag"
  /** It does not begin with a slash. */
  | "bad-purge-prefix"
  | "purge-prefix-too-deep";

export const MAX_SPREAD_MS = 7 * 86_400_000;
const MAX_KEY_LENGTH = 16_384;
const MAX_HOST_LENGTH = 253;
/** A longer tag of a response is not remembered (caching/law/tags.ts). */
const MAX_TAG_LENGTH = 1_024;

/** `revision`: the one from which the purge is in force. A response that an origin was asked for before is purged. */
export function applyPurge(
  marks: PurgeMarks,
  { what, mode, overMs }: PurgeCommand,
  { revision, now }: { readonly revision: number; readonly now: number },
): Result<PurgeMarks, PurgeObjection> {
  if (mode !== "hard" && mode !== "soft") return err({ reason: "bad-purge-mode" });
  if (!Number.isInteger(overMs) || overMs < 0 || overMs > MAX_SPREAD_MS) {
    return err({ reason: "bad-purge-spread" });
  }
  const reason = faultOf(what);
  if (reason !== undefined) return err({ reason });
  return ok(addMark(marks, { name: nameOf(what), mode, revision, overMs }, now));
}

function faultOf(what: PurgeTarget | undefined): PurgeObjection["reason"] | undefined {
  switch (what?.by) {
    case "all":
      return undefined;
    case "url":
      return isText(what.key, MAX_KEY_LENGTH) && what.key.includes("/") ? undefined : "bad-purge-url";
    case "host":
      return isHost(what.host) ? undefined : "bad-purge-host";
    case "tag":
      if (!isText(what.tag, MAX_TAG_LENGTH)) return "bad-purge-tag";
      return what.host === undefined || isHost(what.host) ? undefined : "bad-purge-host";
    case "prefix":
      if (!isHost(what.host)) return "bad-purge-host";
      if (!isText(what.path, MAX_KEY_LENGTH) || !what.path.startsWith("/")) return "bad-purge-prefix";
      return what.path.split("/").length > MAX_PREFIX_SEGMENTS ? "purge-prefix-too-deep" : undefined;
    default:
      return "purge-of-nothing";
  }
}

const isText = (value: unknown, atMost: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= atMost;

const isHost = (value: unknown): boolean => isText(value, MAX_HOST_LENGTH) && /^[^\sA-Z/]+$/.test(value);
