// Which ranges of addresses say something else than they seem to, or nothing new?
import { compareWords, parseRange, rangeCovers } from "../../address-range.ts";
import { addressText } from "../../address-words.ts";
import { accessRules, clientsNamed } from "../faults/access.ts";
import type { MatchConfig } from "../match-schema.ts";
import { type Problem, problemAt } from "../problem.ts";
import type { Site } from "../schema.ts";

type Keys = readonly PropertyKey[];

interface Written {
  readonly keys: Keys;
  readonly ranges: readonly string[];
}

/** A list with one slip often has many. */
const MAX_TOLD = 5;

export function rangesInVain(site: Site): Problem[] {
  return rangesOf(site).flatMap(({ keys, ranges }) =>
    [...withHostBits(ranges, keys), ...alreadyThere(ranges, keys)].slice(0, MAX_TOLD),
  );
}

function rangesOf(site: Site): Written[] {
  return [
    { keys: ["trustedProxies"], ranges: site.trustedProxies },
    { keys: ["purgeRequests", "from"], ranges: site.purgeRequests?.from ?? [] },
    ...Object.entries(site.lists).map(([name, { ranges = [] }]) => ({
      keys: ["lists", name, "ranges"],
      ranges,
    })),
    ...accessRules(site).flatMap(({ keys, access }) =>
      clientsNamed(access).map(([key, { ip = [] }]) => ({ keys: [...keys, key, "ip"], ranges: ip })),
    ),
    ...site.routes.flatMap(({ match }, index) => rangesOfMatch(match, ["routes", index, "match"])),
  ];
}

function rangesOfMatch(match: MatchConfig | undefined, keys: Keys): Written[] {
  if (!match) return [];
  const { ip = [], not, any = [], all = [] } = match;
  return [
    { keys: [...keys, "ip"], ranges: ip },
    ...rangesOfMatch(not, [...keys, "not"]),
    ...any.flatMap((one, at) => rangesOfMatch(one, [...keys, "any", at])),
    ...all.flatMap((one, at) => rangesOfMatch(one, [...keys, "all", at])),
  ];
}

/** `10.0.0.7/8` is the whole of 10.0.0.0/8, though it names one address of it. */
function withHostBits(ranges: readonly string[], keys: Keys): Problem[] {
  return ranges.flatMap((text, at) => {
    const range = parseRange(text);
    if (!range?.hasHostBits) return [];
    const [base = "", bits = ""] = text.split("/");
    const message = `is all of ${addressText(range.first)}/${bits}, not only ${base}`;
    const hint = `write ${addressText(range.first)}/${bits} or ${base}`;
    return [problemAt(placeOf(ranges, keys, at), message, { hint })];
  });
}

function alreadyThere(ranges: readonly string[], keys: Keys): Problem[] {
  const parsed = ranges.flatMap((text, at) => {
    const range = parseRange(text);
    return range ? [{ text, at, range }] : [];
  });
  // Those that begin first, and of these the widest, come first. Ranges are either apart or one is within the other.
  const sorted = parsed.toSorted(
    (one, other) =>
      one.range.first.length - other.range.first.length ||
      compareWords(one.range.first, other.range.first) ||
      compareWords(other.range.last, one.range.last),
  );
  let widest = sorted[0];
  const within = sorted.slice(1).flatMap((one) => {
    if (widest && rangeCovers(widest.range, one.range)) return [{ ...one, wide: widest.text }];
    widest = one;
    return [];
  });
  return within
    .toSorted((one, other) => one.at - other.at)
    .map(({ text, at, wide }) =>
      problemAt(
        placeOf(ranges, keys, at),
        text === wide ? `${text} is listed twice` : `adds nothing: ${text} is within ${wide}`,
      ),
    );
}

/** A single range may be written without a list around it. */
const placeOf = (ranges: readonly string[], keys: Keys, at: number): Keys =>
  ranges.length === 1 ? keys : [...keys, at];
