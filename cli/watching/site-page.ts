// A running site on a page of the terminal: one line for `status`, some tables for `top`. Pure.
import { formatDuration } from "../../shared/site/units.ts";
import type { Switches } from "../../worker/keeping/switch-command.ts";
import { type Paint, visible } from "../printing/terminal-text.ts";
import type { Figures, Row } from "./figures.ts";
import type { SiteWatched } from "./watch-site.ts";

/** More rows would not fit on a screen. */
const MAX_ROWS = 12;

export function statusLine(site: SiteWatched, nameWidth: number, paint: Paint): string {
  const { name, version, switches, figures } = site;
  const { perSecond } = figures.total;
  const parts = [
    `version ${version.slice(0, 12)}`,
    `${number(perSecond)} requests/s`,
    ...sharesOf(figures.total),
    ...switchesOn(switches).map((text) => paint("yellow", text)),
  ];
  return `${paint("bold", visible(name).padEnd(nameWidth))}  ${parts.join(", ")}`;
}

export function sitePage(site: SiteWatched, paint: Paint): string {
  const { name, figures, switches, revision } = site;
  const { total, p50Ms, p95Ms, overSeconds } = figures;
  const on = switchesOn(switches).map((text) => paint("yellow", text));
  const over =
    overSeconds === 0 ? "nothing yet" : `the last ${formatDuration(Math.round(overSeconds) * 1_000)}`;
  const durations = total.count === 0 ? [] : [`half within ${bound(p50Ms)}`, `95 % within ${bound(p95Ms)}`];
  return [
    [paint("bold", visible(name)), over, `revision ${revision}`, ...on].join("  "),
    `  ${[`${number(total.perSecond)} requests/s`, ...sharesOf(total), ...durations].join(", ")}`,
    ...table(
      ["route", "requests/s", "hits", "5xx"],
      figures.routes.map((row) => [
        row.route,
        number(row.perSecond),
        share(row.hitShare),
        share(row.errorShare),
      ]),
      paint,
    ),
    ...table(
      ["origin", "attempts/s", "failed"],
      figures.origins.map((row) => [
        `${row.pool}/${row.origin}`,
        number(row.perSecond),
        share(row.failedShare),
      ]),
      paint,
    ),
    ...table(
      ["refused", "requests"],
      figures.refusals.map(({ reason, count }) => [reason, String(count)]),
      paint,
    ),
  ].join("\n");
}

function sharesOf({ hitShare, errorShare }: Row): string[] {
  return [
    ...(hitShare === null ? [] : [`${share(hitShare)} from the cache`]),
    ...(errorShare === null || errorShare === 0 ? [] : [`${share(errorShare)} answered with 5xx`]),
  ];
}

export function switchesOn({ maintenance, cacheOff, kill }: Switches): string[] {
  return [
    ...(kill ? ["switched off (kill)"] : []),
    ...(maintenance ? ["in maintenance"] : []),
    ...(cacheOff ? ["cache off"] : []),
  ];
}

/** The first column to the left, the others to the right. Nothing if there are no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(visible));
  const widths = head.map((title, at) => Math.max(title.length, ...shown.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ");
  const more = rows.length - shown.length;
  return [
    "",
    `  ${paint("dim", line(head))}`,
    ...shown.map((row) => `  ${line(row)}`),
    ...(more === 0 ? [] : [`  ${paint("dim", `and ${more} more`)}`]),
  ];
}

const number = (value: number): string => (value >= 100 ? String(Math.round(value)) : value.toFixed(1));

const share = (value: Figures["total"]["hitShare"]): string => {
  if (value === null) return "-";
  const percent = value * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
};

const bound = (ms: number | null): string => (ms === null ? "more than 10s" : formatDuration(ms));
