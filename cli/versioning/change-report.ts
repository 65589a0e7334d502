// What a rollback, a promotion or an abort did, for people and as data. Pure.
import { siteKey } from "../../shared/site/stored.ts";
import type { VersionChange } from "../../worker/publishing/change-version.ts";
import type { EdgePlace, Place } from "../pushing/place.ts";

export const isChanged = ({ written }: VersionChange): boolean => written.failure === undefined;

export function changeText(
  { before, after, written }: VersionChange,
  place: (Place | EdgePlace)["kind"],
): string {
  const { site, live } = after;
  if (written.done.size === 0)
    return `${site}: version ${live} is live for everybody already; nothing was written`;
  const ended =
    before.next && before.next.version !== live
      ? `, and the rollout of ${before.next.version} has ended`
      : "";
  const was = before.live === live ? "" : `, was ${before.live}`;
  return [
    `${site}: version ${live} is live for everybody${was}${ended}`,
    ...(place === "remote" ? ["The edge sees it within 90 seconds."] : []),
  ].join("\n");
}

/** The record is written last: without it nothing has changed for clients. */
export function changeError({ before, after, written }: VersionChange): string {
  const { site, live } = after;
  if (written.unsure.has(siteKey(site))) {
    const next = `\`headgate versions --site ${site}\` shows it; run the same again only if it is not.`;
    return `${written.failure}\nIt is unsure whether version ${live} of ${site} is live: there was no answer.\n${next}`;
  }
  const done = [...written.done].join(", ");
  const what = done === "" ? "nothing was written" : `written was only ${done}`;
  return `${written.failure}\nVersion ${before.live} of ${site} is live as before; ${what}.\nRun it again.`;
}

/** For `--json` (docs/commands.md). */
export const changeData = ({ before, after, written }: VersionChange) => ({
  ok: written.failure === undefined,
  site: after.site,
  live: after.live,
  was: before.live,
  endedRollout: before.next && before.next.version !== after.live ? before.next.version : null,
  written: [...written.done],
  unsure: [...written.unsure],
  error: written.failure ?? null,
});
