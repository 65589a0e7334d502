// Runs the tries of a family: one real workerd, an origin that records every byte, and clients on raw sockets.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EdgeClient } from "../support/client.ts";
import { type Edge, useEdge } from "../support/edge.ts";
import { exchange, type Heard } from "./client.ts";
import { ECHO, RecordingOrigin } from "./recording-origin.ts";
import type { Exchange, Family, Try } from "./try.ts";

const INNOCENT = "innocent.test";

export interface Stage {
  readonly edge: Edge;
  readonly origin: RecordingOrigin;
  /** Somebody else asks for a page, and gets that page. */
  innocentGetsHisPage(): Promise<void>;
}

export function useStage(vars: Record<string, string> = {}): Stage {
  const edge = useEdge(vars);
  const origin = new RecordingOrigin();
  let pages = 0;
  let innocent: EdgeClient | undefined;
  beforeAll(async () => {
    await origin.start();
    await edge.site({
      hosts: [INNOCENT],
      pools: { web: { origins: [{ id: "a", url: origin.url }], retry: { attempts: 1 } } },
      routes: [{ id: "all", to: "web" }],
    });
  });
  afterAll(() => origin.stop());
  const innocentGetsHisPage = async () => {
    const page = `/innocent-${++pages}`;
    origin.answers = ECHO;
    innocent ??= edge.client(INNOCENT);
    const answer = await innocent.get(page);
    expect([answer.status, answer.text]).toEqual([200, `GET ${page}`]);
  };
  return { edge, origin, innocentGetsHisPage };
}

export function runFamily(family: Family, stage: Stage): void {
  const { edge, origin } = stage;
  describe(family.title, () => {
    const before = { output: 0, warnings: 0, records: 0 };

    beforeAll(async () => {
      await edge.site({
        hosts: [`${family.title}.test`, `*.${family.title}.test`],
        ...family.site(origin.url),
      });
      const { warnings, records } = await edge.settled();
      Object.assign(before, {
        output: edge.output.length,
        warnings: warnings.length,
        records: records.length,
      });
    });

    family.tries.forEach((one, at) => {
      it(`${one.name} [${one.source}]`, () => run(one, `t${at}.${family.title}.test`, family, stage));
    });

    it("leaves nothing unhandled in the log: no exception, no bug, no 500", async () => {
      const { warnings, records } = await edge.settled();
      const printed = edge.output.slice(before.output).filter((line) => !family.prints?.test(line));
      expect(printed).toEqual([]);
      const bugs = records
        .slice(before.records)
        .filter(({ refusal, status }) => refusal === "bug" || status === 500);
      expect(bugs).toEqual([]);
      const unforeseen = warnings
        .slice(before.warnings)
        .filter(({ message }) => !family.warnings?.test(message));
      expect(unforeseen).toEqual([]);
    });
  });
}

async function run(one: Try, host: string, family: Family, stage: Stage): Promise<void> {
  const { edge, origin } = stage;
  origin.forget();
  origin.answers = one.answers ?? family.answers ?? ECHO;
  for (const step of [one, ...(one.next ?? [])]) {
    await clientSeesWhatItMust(step, host, edge);
    await edge.idle();
  }
  await stage.innocentGetsHisPage();
  expect(origin.asked.filter((line) => !line.startsWith("GET /innocent-"))).toEqual(one.origin);
  expect(origin.faults).toEqual([]);
  if (one.originSees) expect(origin.bytes).toMatch(one.originSees);
  if (one.originSeesNot) expect(origin.bytes).not.toMatch(one.originSeesNot);
}

async function clientSeesWhatItMust(step: Exchange, host: string, edge: Edge): Promise<void> {
  const startedAt = performance.now();
  const all = await Promise.all(
    Array.from({ length: step.times ?? 1 }, () => exchange(edge.url, step, host)),
  );
  if (step.withinMs) expect(performance.now() - startedAt).toBeLessThan(step.withinMs);
  for (const heard of all) isWhatItMust(heard, step);
}

function isWhatItMust({ statuses, rest, closed, bytes, answers }: Heard, step: Exchange): void {
  expect({ statuses, closed }, bytes.slice(0, 2_000)).toEqual({ statuses: step.gets, closed: true });
  expect(rest).toMatch(step.rest ?? /^$/);
  expect(answers.flatMap(({ faults }) => faults)).toEqual([]);
  if (step.sees) expect(bytes).toMatch(step.sees);
  if (step.seesNot) expect(bytes).not.toMatch(step.seesNot);
}
