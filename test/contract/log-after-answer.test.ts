import { expect, it } from "vitest";
import { batchedLog } from "../../worker/adapters/batched-log.ts";
import { inFormat } from "../../worker/adapters/console-log.ts";
import { type Env, portsOf } from "../../worker/adapters/env.ts";
import { EdgeApp } from "../../worker/app.ts";
import type { Log } from "../../worker/ports.ts";

/** Asks an edge with this log for `/a`. */
async function answerWith(log: Log) {
  const keptAlive: Promise<unknown>[] = [];
  const app = new EdgeApp((env: Env) => ({ ...portsOf(env), log }));
  const context = {
    waitUntil: (work: Promise<unknown>) => void keptAlive.push(work),
    passThroughOnException() {},
    props: {},
  };
  const answer = await app.fetch(
    new Request("http://nobody.test/a"),
    { EMBEDDED_SITES: {}, HEADGATE_RUNS_ON: "standalone" },
    context as unknown as ExecutionContext,
  );
  expect(answer.status).toBe(404);
  return keptAlive;
}

it("in batches, the record is written when the answer is on its way, and the request lives until then", async () => {
  const written: string[] = [];
  const answerSent = Promise.withResolvers<void>();
  const keptAlive = await answerWith(
    batchedLog({
      write: (text) => void written.push(text),
      now: () => 0,
      wait: () => answerSent.promise, // the platform's timer, which fires once the handler has returned
    }),
  );
  expect(written).toEqual([]);

  answerSent.resolve();
  await Promise.all(keptAlive);
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { path: "/a", status: 404, refusal: "no-site", site: null },
  ]);
});

it("record by record, it is written at once, and once", async () => {
  const written: string[] = [];
  const keptAlive = await answerWith(
    inFormat(({ path }) => `${path}`, {
      request: (record, format) => void written.push(format(record)),
      warn: () => {},
    }),
  );
  expect(written).toEqual(["/a"]);
  await Promise.all(keptAlive);
  expect(written).toEqual(["/a"]);
});
