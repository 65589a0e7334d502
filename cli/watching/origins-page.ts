// The origins of a site as a table of the terminal. Pure.
import type { AnswerOf } from "../../shared/admin/operation.ts";
import type { Operations } from "../../shared/admin/operations.ts";
import { formatDuration } from "../../shared/site/units.ts";
import { type Paint, type Style, visible } from "../printing/terminal-text.ts";

export type OriginRow = AnswerOf<Operations["listOrigins"]>["origins"][number];

const HEAD = ["origin", "standing", "since", "last failure", "latency", "share", "failed"] as const;

const COLOURS: Record<OriginRow["standing"], Style> = {
  good: "green",
  down: "red",
  drained: "yellow",
  off: "dim",
};

/** Of an edge with several sites, only these origins are shown. One that is not probed and fails is good as far as the keeper knows. */
export const isWorthALine = ({ standing, failedShare }: OriginRow): boolean =>
  standing !== "good" || (failedShare ?? 0) > 0.5;

/** `now` as the keeper has it, roughly. No lines if there is no origin. */
export function originLines(origins: readonly OriginRow[], now: number, paint: Paint): string[] {
  if (origins.length === 0) return [];
  const rows = origins.map((row) => cellsOf(row, now));
  const widths = HEAD.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const padded = (cells: readonly string[]) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0));
  const line = (cells: readonly string[]) => `  ${cells.join("  ").trimEnd()}`;
  return [
    `  ${paint("dim", padded(HEAD).join("  ").trimEnd())}`,
    ...rows.map((row, index) => {
      const { standing } = origins[index] as OriginRow;
      return line(padded(row).map((cell, at) => (at === 1 ? paint(COLOURS[standing], cell) : cell)));
    }),
  ];
}

function cellsOf(row: OriginRow, now: number): string[] {
  const { pool, origin, standing, because, since, lastProbe, lastFailure, state, weight } = row;
  const why =
    standing === "down"
      ? (because ?? "")
      : state === "gone"
        ? "not in the site"
        : state === "active"
          ? ""
          : state;
  const note = standing === "off" && state === "active" && weight === 0 ? "weight 0" : why;
  return [
    visible(`${pool}/${origin}`),
    note === "" || note === standing ? standing : `${standing} (${visible(note)})`,
    lastProbe === null ? "not probed" : since === null ? "-" : ago(now - since),
    lastFailure === null ? "-" : `${visible(lastFailure.because)} ${ago(now - lastFailure.at)} ago`,
    lastProbe === null || lastProbe.because !== null ? "-" : `${lastProbe.ms} ms`,
    shareOf(row.share),
    shareOf(row.failedShare),
  ];
}

const shareOf = (share: number | null): string => (share === null ? "-" : `${Math.round(share * 100)} %`);

/** In its largest unit: `3m`. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const units = [86_400, 3_600, 60] as const;
  const unit = units.find((one) => seconds >= one) ?? 1;
  return formatDuration(Math.floor(seconds / unit) * unit * 1_000);
}
