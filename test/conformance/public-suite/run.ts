// npm run conformance -- --suite DIR [--edge standalone|cache-api] [--id TEST]
// Runs the public suite of cache-tests.fyi against both stores, and fails below what was reached before.
import { parseArgs } from "node:util";
import { cacheApiEdge, conformanceSite, standaloneEdge } from "./edges.ts";
import { count, notPassed, PUBLISHED, table } from "./report.ts";
import { Suite, type TestResult } from "./suite.ts";

const EDGES = {
  standalone: { name: "Headgate, standalone", start: standaloneEdge, bar: { required: 158, optimal: 100 } },
  "cache-api": {
    name: "Headgate, Cache API in Miniflare",
    start: cacheApiEdge,
    bar: { required: 156, optimal: 100 },
  },
} as const;

const HOW_TO = `Runs the public suite of cache-tests.fyi. It needs a checkout, which is not part of this repository:

  git clone https://github.com/http-tests/cache-tests DIR     (b55b8bd or newer)
  npm run conformance -- --suite DIR

  --edge standalone|cache-api   one of the two edges (about a minute and a half each)
  --id TEST                     one test
`;

const { values } = parseArgs({
  options: { suite: { type: "string" }, edge: { type: "string" }, id: { type: "string" } },
});
const chosen = Object.entries(EDGES).filter(([key]) => values.edge === undefined || values.edge === key);
if (values.suite === undefined || chosen.length === 0) {
  process.stderr.write(HOW_TO);
  process.exit(2);
}

const suite = await Suite.open(values.suite);
const rows = [];
let below = false;
for (const [, edge] of chosen) {
  const results = await runOn(edge.start);
  const counted = count(edge.name, results);
  rows.push(counted);
  console.log(`\n${edge.name}: ${counted.required} required, ${counted.optimal} optimal; not passed:`);
  for (const line of notPassed(results)) console.log(`  ${line}`);
  below ||=
    values.id === undefined && (counted.required < edge.bar.required || counted.optimal < edge.bar.optimal);
}
if (values.id === undefined) console.log(`\n${table([...rows, ...PUBLISHED])}`);
if (below) console.error("\nFewer than before: see the tests not passed above.");
process.exit(below ? 1 : 0);

async function runOn(start: typeof standaloneEdge): Promise<TestResult[]> {
  const origin = await suite.startOrigin();
  const edge = await start(conformanceSite(origin.url));
  try {
    return await suite.run(edge.url, {
      ...(values.id !== undefined && { only: values.id }),
      onProgress: (done, all) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} tests`);
      },
    });
  } finally {
    await edge.stop();
    origin.stop();
  }
}
