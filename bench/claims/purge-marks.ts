// However much is purged, looking up stays as cheap and the snapshot as small. Measures the comparison itself, in this process: over
// HTTP it is lost in the noise. A million stored responses, each with three tags.
import { purgedBy } from "../../worker/caching/law/purged.ts";
import type { Named } from "../../worker/keeping/mark-names.ts";
import { addMark, NO_PURGES, type PurgeMarks } from "../../worker/keeping/purge-marks.ts";
import { EMPTY_SNAPSHOT, snapshotText } from "../../worker/keeping/snapshot.ts";
import type { Claim } from "../claim.ts";
import { spreadOf } from "../spread.ts";

const TITLE = "A million responses compared with many purges";
const RESPONSES = 1_000_000;
/** Keepers begin with the time. */
const FIRST_REVISION = 1_764_345_600_000;
/** Responses that are older than this many marks. Of more, the oldest are so coarse that they purge everything of before. */
const OLDER_THAN = 9_000;
const COUNTS = [0, 1_000, 10_000, 100_000];

export const purgeMarks: Claim = {
  name: "purge-marks",
  title: TITLE,
  onlyInFull: true,
  run: async (bench) => {
    const responses = Array.from({ length: RESPONSES }, (_, index) => aResponse(index));
    const marks = COUNTS.map(marksOf);
    const times = COUNTS.map(() => ({ older: [] as number[], newer: [] as number[] }));
    for (let round = 0; round <= bench.rounds; round++) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      for (const [index, some] of marks.entries()) {
        const count = COUNTS[index] ?? 0;
        const older = msFor(responses, FIRST_REVISION + Math.max(0, count - OLDER_THAN) - 1, some);
        const newer = msFor(responses, FIRST_REVISION + count, some);
        if (round === 0) continue; // compiles
        times[index]?.older.push(older);
        times[index]?.newer.push(newer);
      }
    }
    const rows = COUNTS.flatMap((count, index) => {
      const name = `${count.toLocaleString("en")} marks`;
      const { older = [], newer = [] } = times[index] ?? {};
      const text = snapshotText({ ...EMPTY_SNAPSHOT, purges: marks[index] ?? NO_PURGES });
      return [
        { name: `newer than all of ${name}`, unit: "ms" as const, value: spreadOf(newer) },
        {
          name: `older than ${OLDER_THAN.toLocaleString("en")} of ${name}`,
          unit: "ms" as const,
          value: spreadOf(older),
        },
        { name: `snapshot with ${name}`, unit: "KB" as const, value: spreadOf([text.length / 1_000]) },
      ];
    });
    return { name: "purge-marks", title: TITLE, contenders: [], rows, skipped: [] };
  },
};

/** None of them is named by a purge, so that each is compared with all there is. */
function aResponse(index: number): Named {
  const path = `/shop/products/${index}`;
  return {
    url: `shop.example.com${path}`,
    hosts: ["shop.example.com"],
    path,
    tags: [`product-${index}`, `category-${index % 100}`, "shop"],
  };
}

function marksOf(count: number): PurgeMarks {
  let marks = NO_PURGES;
  for (let index = 0; index < count; index++) {
    const name = index % 2 === 0 ? `u:shop.example.com/news/${index}` : `t:news-${index}`;
    marks = addMark(
      marks,
      { name, mode: "hard", revision: FIRST_REVISION + index, overMs: 0 },
      FIRST_REVISION,
    );
  }
  return marks;
}

function msFor(responses: readonly Named[], revision: number, marks: PurgeMarks): number {
  const started = performance.now();
  let purged = 0;
  for (const response of responses) {
    if (purgedBy(marks, revision, response, FIRST_REVISION)) purged++;
  }
  const ms = performance.now() - started;
  if (purged > RESPONSES / 10) throw new Error(`${purged} are purged, so little was measured`);
  return ms;
}
