// The versions of stored sites, for people and as data. Pure.
import type { SiteRecord } from "../../shared/site/site-record.ts";
import type { Paint } from "../printing/terminal-text.ts";
import { formatShare } from "./share.ts";

export const versionsText = (records: readonly SiteRecord[], paint: Paint): string =>
  records.map((record) => ofSite(record, paint)).join("\n");

function ofSite(record: SiteRecord, paint: Paint): string {
  const rows = rowsOf(record);
  const width = Math.max(...rows.map(({ version }) => version.length));
  const lines = rows.map(({ version, pushedAt }) => {
    const state = stateOf(version, record);
    return `  ${version.padEnd(width)}  ${timeOf(pushedAt)}  ${paint(STYLES[state.kind], state.text)}`.trimEnd();
  });
  return [paint("bold", record.site), ...lines].join("\n");
}

/** The live version of a record that was written by hand is in no list. */
const rowsOf = ({ kept, live }: SiteRecord): SiteRecord["kept"] =>
  kept.some(({ version }) => version === live) ? kept : [{ version: live, pushedAt: null }, ...kept];

const STYLES = { live: "green", next: "yellow", before: "dim", kept: "dim" } as const;

function stateOf(version: string, { live, next, before }: SiteRecord) {
  if (version === live) return { kind: "live", text: "live" } as const;
  if (version === next?.version)
    return { kind: "next", text: `next, for ${formatShare(next.share)}` } as const;
  if (version === before[0]) return { kind: "before", text: "live before" } as const;
  return { kind: "kept", text: "" } as const;
}

/** `2026-11-28 16:04 UTC`. */
const timeOf = (pushedAt: string | null): string =>
  pushedAt === null
    ? "before versions   "
    : `${pushedAt.slice(0, 10)} ${pushedAt.slice(11, 16)} UTC`.padEnd(20);

/** For `--json` (docs/commands.md). */
export const versionsData = (records: readonly SiteRecord[]) => ({
  ok: true,
  sites: records.map((record) => ({
    site: record.site,
    hosts: record.hosts,
    live: record.live,
    next: record.next ?? null,
    before: record.before,
    versions: rowsOf(record).map(({ version, pushedAt }) => ({
      version,
      pushedAt,
      state: stateOf(version, record).kind,
    })),
  })),
});
