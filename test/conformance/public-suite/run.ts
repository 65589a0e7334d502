// npm run conformance -- --suite DIR [--edge standalone|cache-api] [--id TEST]
import { parseArgs } from "node:util";
import { cacheApiEdge, conformanceSite, standaloneEdge } from "./edges.ts";
import { Suite, type TestResult } from "./suite.ts";

const { values } = parseArgs({
  options: { suite: { type: "string" }, edge: { type: "string" }, id: { type: "string" } },
});
if (values.suite === undefined) {
  console.error(
    "Name a checkout of the public suite:\n  git clone https://github.com/http-tests/cache-tests DIR\n  npm run conformance -- --suite DIR",
  );
  process.exit(2);
}
const suite = await Suite.open(values.suite);
const origin = await suite.startOrigin();
const edge = await (values.edge === "cache-api" ? cacheApiEdge : standaloneEdge)(conformanceSite(origin.url));
try {
  const results = await suite.run(edge.url, values.id);
  report("standalone", results);
} finally {
  await edge.stop();
  origin.stop();
}

function report(name: string, results: readonly TestResult[]) {
  for (const kind of ["required", "optimal", "check"] as const) {
    const of = results.filter(({ test }) => (test.kind ?? "required") === kind);
    console.log(`${name}: ${kind} ${of.filter(({ passed }) => passed).length}/${of.length}`);
    if (kind !== "check")
      for (const { test, passed, why } of of) if (!passed) console.log(`   ${test.id}: ${why}`);
  }
}
