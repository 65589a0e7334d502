import { expect, it } from "vitest";
import { type Env, portsOf } from "../../worker/adapters/env.ts";
import { EdgeApp } from "../../worker/app.ts";
import type { LogRecord } from "../../worker/ports.ts";

it("the record is written when the answer is on its way, not before", async () => {
  const records: LogRecord[] = [];
  const answerSent = Promise.withResolvers<void>();
  const outliving: Promise<unknown>[] = [];
  const app = new EdgeApp((env: Env) => ({
    ...portsOf(env),
    wait: () => answerSent.promise, // the platform's timer, which fires once the handler has returned
    log: { request: (record) => void records.push(record), warn: () => {} },
  }));
  const context = {
    waitUntil: (work: Promise<unknown>) => void outliving.push(work),
    passThroughOnException() {},
    props: {},
  };
  const env = { EMBEDDED_SITES: {}, HEADGATE_RUNS_ON: "standalone" };

  const answer = await app.fetch(
    new Request("http://nobody.test/a"),
    env,
    context as unknown as ExecutionContext,
  );
  expect(answer.status).toBe(404);
  expect(records).toEqual([]);

  answerSent.resolve();
  await Promise.all(outliving);
  expect(records).toMatchObject([{ path: "/a", status: 404, refusal: "no-site", site: null }]);
});
