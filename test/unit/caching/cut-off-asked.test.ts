// Which requests to an origin get a signal to cut a stalled body off with? It costs a twentieth of a pass-through.
import { beforeEach, expect, it } from "vitest";
import { aSite } from "../../support/asked.ts";
import { CacheInProcess } from "../../support/cache-in-process.ts";

const POOLS = { web: { origins: [{ id: "a", url: "http://origin.test" }] } };

let edge: CacheInProcess;
beforeEach(() => {
  edge = new CacheInProcess(
    aSite({ pools: POOLS, routes: [{ id: "all", to: "web", cache: {} }] }),
    "body",
    {},
  );
});

/** Whether the request for which the origin answers with this has a signal. */
async function askedWithSignal(cacheControl: string, body = "body"): Promise<boolean> {
  let hasSignal = false;
  edge.origin = ({ mayBeCutOff = false }) => {
    hasSignal = mayBeCutOff;
    const headers = new Headers({ "cache-control": cacheControl, etag: '"v1"' });
    return { status: 200, headers, body: new Blob([body]).stream() };
  };
  await edge.get();
  await edge.settled();
  return hasSignal;
}

it.each(["no-store", "private"])("none after an answer that is %s, for a minute", async (forbidding) => {
  expect(await askedWithSignal(forbidding)).toBe(true);
  expect(await askedWithSignal(forbidding)).toBe(false);
  edge.advance(60_000);
  expect(await askedWithSignal(forbidding)).toBe(true);
});

it("each after an answer that is read for the store, whether it may be shared or not", async () => {
  const tooLong = "x".repeat(1_048_577);
  for (let time = 1; time <= 3; time++) expect(await askedWithSignal("no-cache", tooLong)).toBe(true);
});

it("again from when an answer is stored after all", async () => {
  await askedWithSignal("no-store");
  expect(await askedWithSignal("no-cache")).toBe(false);
  expect(await askedWithSignal("no-store")).toBe(true);
});
