// npm run conformance -- --suite DIR [--edge standalone|cache-api] [--id TEST]
// Runs the public suite of cache-tests.fyi against both stores, and fails below what was reached before.
import { fork } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { count, notPassed, PUBLISHED, table } from "./report.ts";
import { Suite, type TestResult } from "./suite.ts";

const EDGES = {
  standalone: { name: "Headgate, standalone", bar: { required: 157, optimal: 96 } },
  "cache-api": { name: "Headgate, Cache API in Miniflare", bar: { required: 155, optimal: 96 } },
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

const { suite, id } = values;
await Suite.open(suite); // says at once where it is none
const rows = [];
let below = false;
for (const [key, edge] of chosen) {
  const results = await runOn(key, suite);
  const counted = count(edge.name, results);
  rows.push(counted);
  console.log(`\n${edge.name}: ${counted.required} required, ${counted.optimal} optimal; not passed:`);
  for (const line of notPassed(results)) console.log(`  ${line}`);
  below ||= id === undefined && (counted.required < edge.bar.required || counted.optimal < edge.bar.optimal);
}
if (id === undefined) console.log(`\n${table([...rows, ...PUBLISHED])}`);
if (below) console.error("\nFewer than before: see the tests not passed above.");
process.exit(below ? 1 : 0);

function runOn(edge: string, folder: string): Promise<TestResult[]> {
  const words = [folder, edge, ...(id === undefined ? [] : [id])];
  // What the edge logs on standard output is of no interest here; the results come as a message.
  const child = fork(path.join(import.meta.dirname, "one-edge.ts"), words, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (results) => resolve(results as TestResult[]));
    child.once("exit", (code) => reject(new Error(`the run on ${edge} ended with ${code} and no results`)));
  });
}
