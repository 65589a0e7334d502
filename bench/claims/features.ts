// A route pays only for what it uses, and a route that uses everything is still affordable. Measured on memory hits and on
// requests to an origin.
import type { Claim } from "../claim.ts";
import { contest } from "../contest.ts";
import { onWorkerd } from "../edges/on-workerd.ts";
import { askFor, KEPT, PASSED } from "../origin.ts";
import { EVERY_FEATURE, FEATURE_HEADERS, FEATURE_QUERY, HOST, oneSite } from "../sites.ts";

export const features = everyFeature(
  "features",
  "10 KB hit in memory, on a route that uses every feature",
  KEPT,
);
export const featuresPassed: Claim = {
  ...everyFeature("features-passed", "Pass-through of 10 KB, on a route that uses every feature", PASSED),
  onlyInFull: true,
};

function everyFeature(name: string, title: string, where: typeof KEPT | typeof PASSED): Claim {
  const work = {
    ...askFor(where, "10k", FEATURE_QUERY),
    headers: { Host: HOST, ...FEATURE_HEADERS },
  };
  return contest({
    name,
    title,
    contenders: [
      {
        name: "plain",
        work,
        start: (bench) => onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url) }, bench),
      },
      {
        name: "every feature",
        work,
        start: (bench) =>
          onWorkerd({ worker: "headgate", sites: oneSite(bench.origin.url, EVERY_FEATURE) }, bench),
      },
    ],
    comparisons: [{ of: "every feature", to: "plain" }],
  });
}
