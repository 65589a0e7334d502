// What a purge has done, for people and as data. Pure.
import { plural } from "../printing/problem-list.ts";
import type { PurgeWish } from "./purge-wish.ts";

export interface PurgeDone {
  readonly site: string;
  readonly revision: number;
  /** How many URLs were named; 0 if something else was. */
  readonly urls: number;
  /** Null unless the command waited for it. */
  readonly receipt: {
    /** `confirmedAt` is null where there is no traffic. */
    readonly places: readonly { readonly place: string; readonly confirmedAt: number | null }[];
    readonly afterMs: number;
  } | null;
}

export interface PurgeData {
  readonly purges: readonly PurgeDone[];
  /** A sentence. What is listed before it was purged all the same. */
  readonly error: string | null;
}

export function purgeLines(done: readonly PurgeDone[], wish: PurgeWish): string[] {
  return done.flatMap((one) => {
    const how = `${wish.mode === "soft" ? "made stale" : "purged"}${wish.over === "0s" ? "" : ` over ${wish.over}`}`;
    const line = `${whatOf(one, wish)} ${one.urls > 1 ? "are" : "is"} ${how} (revision ${one.revision})`;
    return one.receipt ? [line, ...receiptLines(one.receipt)] : [line];
  });
}

function whatOf({ site, urls }: PurgeDone, { named }: PurgeWish): string {
  switch (named.kind) {
    case "urls":
      return urls === 1 && named.urls.length === 1
        ? (named.urls[0] ?? "")
        : `${plural(urls, "URL")} of ${site}`;
    case "prefix":
      return `what is below ${named.prefix}`;
    case "tag":
      return `what has the tag ${named.tag} on ${named.host ?? site}`;
    case "all":
      return `everything on ${named.host ?? site}`;
  }
}

function receiptLines({ places, afterMs }: NonNullable<PurgeDone["receipt"]>): string[] {
  const after = `after ${(afterMs / 1_000).toFixed(1)} s`;
  if (places.length === 0) return [`confirmed ${after}: no data centre has had traffic in the last minute`];
  const confirmed = places.flatMap(({ place, confirmedAt: at }) => (at === null ? [] : [{ place, at }]));
  const quiet = places.filter(({ confirmedAt }) => confirmedAt === null).map(({ place }) => place);
  const first = Math.min(...confirmed.map(({ at }) => at));
  const each = confirmed.map(({ place, at }) =>
    at - first < 100 ? place : `${place} +${((at - first) / 1_000).toFixed(1)} s`,
  );
  return [
    ...(confirmed.length === 0
      ? [`in force ${after}: no data centre has traffic`]
      : [`confirmed ${after} by ${plural(confirmed.length, "data centre")}: ${each.join(", ")}`]),
    ...(quiet.length === 0 ? [] : [`without traffic, and asks before its next answer: ${quiet.join(", ")}`]),
  ];
}
