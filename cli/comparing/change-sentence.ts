// A change of a site in words: `route assets: cache.ttl was 1h, is 5m`. Pure.
import { visible } from "../printing/terminal-text.ts";
import type { SiteChange } from "./site-changes.ts";

/** A route is shown as its ids and conditions; the rest of a long value says nothing at a glance. */
const LONGEST = 100;

export function changeSentence({ path, change, before, after }: SiteChange): string {
  const { subject, key } = subjectOf(path);
  const what = [subject, key].filter((part) => part !== "").join(": ");
  if (key === "" && change === "added") return `${what} is new: ${shortened(after)}`;
  if (key === "" && change === "removed") return `${what} is gone: ${shortened(before)}`;
  switch (change) {
    case "added":
      return `${what}: ${shortened(after)} is new`;
    case "removed":
      return `${what}: ${shortened(before)} is gone`;
    case "reordered":
      return `${what}: the order was ${shortened(before)}, is ${shortened(after)}`;
    case "changed":
      return `${what} was ${shortened(before)}, is ${shortened(after)}`;
  }
}

/** `routes assets cache ttl`: the route, and what of it. */
function subjectOf([first = "", second, ...rest]: readonly string[]): { subject: string; key: string } {
  if (first === "routes" && second !== undefined) return { subject: `route ${second}`, key: rest.join(".") };
  if (first === "pools" && second !== undefined) {
    const [third, id, ...more] = rest;
    return third === "origins" && id !== undefined
      ? { subject: `pool ${second}, origin ${id}`, key: more.join(".") }
      : { subject: `pool ${second}`, key: rest.join(".") };
  }
  return { subject: "", key: [first, ...(second === undefined ? [] : [second]), ...rest].join(".") };
}

function shortened(text = ""): string {
  const line = visible(text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
