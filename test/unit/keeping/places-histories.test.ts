// Random histories of reports and changes, against a naive account that forgets nothing and is asked from the beginning each time. A
// complete receipt is never too early: no isolate that reported within the last minute applies an older revision.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LISTENS_FIRST_MS,
  noPlaces,
  observeReport,
  REPORTED_WITHIN_MS,
  receiptOf,
  SPREADS_WITHIN_MS,
} from "../../../worker/keeping/places.ts";

const FIRST_REVISION = 1_000;
const PLACES = ["FRA", "IAD", "SIN"];

interface Told {
  readonly isolate: number;
  readonly revision: number;
  readonly at: number;
}

/** Milliseconds until the next event, and what it is. */
const event = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(59_999, 60_000, 60_001)),
  fc.oneof(
    fc.constant({ kind: "change" } as const),
    // An isolate confirms the newest revision, or an earlier one if its report was under way for long.
    fc.record({
      kind: fc.constant("report" as const),
      isolate: fc.integer({ min: 0, max: 8 }),
      behind: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
    }),
  ),
);

const placeOf = (isolate: number): string => PLACES[isolate % PLACES.length] ?? "";

describe("receipts after a random history", () => {
  it("say what a naive account says", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 0, max: 5 }), (history, back) => {
        let now = 1_000_000;
        const began = now;
        let places = noPlaces(now);
        let state = { revision: FIRST_REVISION, changedAt: now };
        const told: Told[] = [];
        for (const [pause, what] of history) {
          now += pause;
          if (what.kind === "change") {
            state = { revision: state.revision + 1, changedAt: now };
            continue;
          }
          const revision = Math.max(FIRST_REVISION, state.revision - what.behind);
          told.push({ isolate: what.isolate, revision, at: now });
          const report = { isolate: String(what.isolate), place: placeOf(what.isolate), revision };
          places = observeReport(places, report, now);
        }
        const revision = Math.max(FIRST_REVISION, state.revision - back);
        const receipt = receiptOf(places, state, revision, now);
        expect(receipt).toEqual({ ok: true, value: naive(told, { revision, state, began, now }) });
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Ten seconds until a report is due, and three times three until it comes. */
const QUIET_AFTER_MS = 19_000;

interface Asked {
  readonly revision: number;
  readonly state: { readonly changedAt: number };
  readonly began: number;
  readonly now: number;
}

function naive(told: readonly Told[], { revision, state, began, now }: Asked) {
  const heard = PLACES.flatMap((place) => {
    const isolates = [...new Set(told.map(({ isolate }) => isolate))].filter((isolate) => {
      const last = told.findLast((one) => one.isolate === isolate);
      return placeOf(isolate) === place && last && now - last.at <= REPORTED_WITHIN_MS;
    });
    if (isolates.length === 0) return [];
    const firsts = isolates.map(
      (isolate) => sinceSilence(told, isolate).find((one) => one.revision >= revision)?.at,
    );
    const isDone = firsts.every((first) => first !== undefined);
    const waitedFor = isolates.filter((_, at) => firsts[at] === undefined);
    const isQuiet = waitedFor.every((isolate) => {
      const last = told.findLast((one) => one.isolate === isolate);
      return now - (last?.at ?? 0) > QUIET_AFTER_MS;
    });
    return [
      {
        place,
        isolates: isolates.length,
        confirmedAt: isDone ? Math.max(...(firsts as number[])) : null,
        ...(!isDone && isQuiet && { isQuiet: true }),
      },
    ];
  });
  const hasHeardAll = now - began >= LISTENS_FIRST_MS && now - state.changedAt >= SPREADS_WITHIN_MS;
  const isComplete = hasHeardAll && heard.every(({ confirmedAt }) => confirmedAt !== null);
  const isSettled = hasHeardAll && heard.every((one) => one.confirmedAt !== null || "isQuiet" in one);
  return { revision, isComplete, isSettled, places: heard };
}

/** Who has said nothing for a minute is forgotten, and begins anew. */
function sinceSilence(told: readonly Told[], isolate: number): Told[] {
  const own = told.filter((one) => one.isolate === isolate);
  const lastSilence = own.findLastIndex(
    ({ at }, index) => at - (own[index - 1]?.at ?? at) > REPORTED_WITHIN_MS,
  );
  return own.slice(Math.max(0, lastSilence));
}
