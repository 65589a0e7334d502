// The body of a request to the admin API, where it is not what it should be.
import { HonoRequest } from "hono/request";
import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../shared/admin/operations.ts";
import { readInput } from "../../../worker/admin/read-input.ts";

type After = Parameters<typeof readInput>[2];
/** Its time is never over. */
const inTime: After = () => () => {};

const read = (body: BodyInit, after = inTime) => {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  return readInput(
    OPERATIONS.purgeByUrl,
    new HonoRequest(new Request("http://admin.test/v1/purges", init)),
    after,
  );
};

const streamOf = (piece: string, end: (controller: ReadableStreamDefaultController) => void) =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(piece)),
    pull: end,
  });

describe("the body of a request to the admin API", () => {
  it("is refused if the connection breaks off within it", async () => {
    const cut = streamOf('{"host":"a.test"}', (controller) => controller.error(new Error("connection lost")));
    expect(await read(cut)).toEqual({ ok: false, error: { reason: "body-incomplete" } });
  });

  it("is read if it ends, in pieces too", async () => {
    const whole = streamOf('{"host":"a.test"}', (controller) => controller.close());
    expect(await read(whole)).toMatchObject({ ok: true, value: { body: { host: "a.test" } } });
  });

  it("is refused if it has not arrived in time, and is not waited for", async () => {
    let cancelled = false;
    const stalled = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"host":')),
      cancel: () => {
        cancelled = true;
      },
    });
    const timers: { ms: number; act: () => void }[] = [];
    const late = read(stalled, (ms, act) => {
      timers.push({ ms, act });
      return () => {};
    });
    await expect.poll(() => timers.length).toBe(1);
    expect(timers[0]?.ms).toBe(60_000);
    timers[0]?.act();
    expect(await late).toEqual({ ok: false, error: { reason: "body-too-slow", afterMs: 60_000 } });
    expect(cancelled).toBe(true);
  });

  it("is in time if it ends before, and the timer is called off", async () => {
    let isOff = false;
    const whole = streamOf('{"host":"a.test"}', (controller) => controller.close());
    const done = await read(whole, () => () => {
      isOff = true;
    });
    expect([done.ok, isOff]).toEqual([true, true]);
  });

  it("is refused if it is too large, also without a length", async () => {
    const endless = streamOf("", (controller) => controller.enqueue(new Uint8Array(65_536)));
    expect(await read(endless)).toMatchObject({ ok: false, error: { reason: "body-too-large" } });
  });
});
