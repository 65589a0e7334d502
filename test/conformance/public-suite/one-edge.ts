// Runs the suite on one edge, in a process of its own: the suite's client writes into the tests it runs, so that a
// second run in the same process would ask for the first one's dates. Sends its results to run.ts.
import { cacheApiEdge, conformanceSite, standaloneEdge } from "./edges.ts";
import { Suite } from "./suite.ts";

const START = { standalone: standaloneEdge, "cache-api": cacheApiEdge };

const [folder = "", edgeName = "", only] = process.argv.slice(2);
const suite = await Suite.open(folder);
const origin = await suite.startOrigin();
const edge = await START[edgeName as keyof typeof START](conformanceSite(origin.url));
try {
  const results = await suite.run(edge.url, {
    ...(only !== undefined && { only }),
    onProgress: (done, all) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${edgeName}: ${done} of ${all} tests`);
    },
  });
  await new Promise<void>((resolve) => process.send?.(results, undefined, undefined, () => resolve()));
} finally {
  await edge.stop();
  origin.stop();
}
process.exit(0);
