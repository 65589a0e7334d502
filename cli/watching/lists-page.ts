// The address lists of a site as lines of the terminal. Pure.
import { formatDuration } from "../../shared/site/units.ts";
import type { ListSeen } from "../../worker/keeping/lists-seen.ts";
import { type Paint, visible } from "../printing/terminal-text.ts";

/** Of an edge with several sites, only these lists are shown. */
export const isInTrouble = ({ good, failing }: ListSeen): boolean => good === null || failing !== null;

/** `now` as the edge has it. */
export const listLines = (lists: readonly ListSeen[], now: number, paint: Paint): string[] =>
  lists.map((list) => {
    const { name, good, failing } = list;
    const what = good ? `${good.ranges} ranges, read ${ago(now - good.at)} ago` : "never read";
    const why = failing ? `, failing for ${ago(now - failing.since)} (${visible(failing.because)})` : "";
    const text = `${what}${why}`;
    return `  list ${visible(name)}  ${isInTrouble(list) ? paint(good ? "yellow" : "red", text) : text}`;
  });

const ago = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [unit = 1] = [86_400, 3_600, 60].filter((size) => seconds >= size);
  return formatDuration(Math.floor(seconds / unit) * unit * 1_000);
};
