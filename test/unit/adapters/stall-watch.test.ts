import { describe, expect, it } from "vitest";
import { watchStall } from "../../../worker/adapters/stall-watch.ts";

/** A clock that the test moves. Counts the timers that were set. */
function aClock() {
  let now = 0;
  let set = 0;
  const due = new Map<() => void, number>();
  return {
    now: () => now,
    after: (ms: number, act: () => void) => {
      set++;
      due.set(act, now + ms);
      return () => due.delete(act);
    },
    to: (ms: number) => {
      now = ms;
      for (const [act, at] of [...due]) {
        if (at > now) continue;
        due.delete(act);
        act();
      }
    },
    timers: () => ({ set, due: due.size }),
  };
}

describe("watching a body", () => {
  it("acts once nothing has moved for so long, and once only", () => {
    const clock = aClock();
    let acts = 0;
    watchStall(100, () => acts++, clock);
    clock.to(99);
    expect(acts).toBe(0);
    clock.to(100);
    clock.to(1_000);
    expect([acts, clock.timers().due]).toEqual([1, 0]);
  });

  it("counts from the last chunk, to the millisecond", () => {
    const clock = aClock();
    let acts = 0;
    const watch = watchStall(100, () => acts++, clock);
    clock.to(60);
    watch.moved();
    clock.to(100);
    clock.to(159);
    expect(acts).toBe(0);
    clock.to(160);
    expect(acts).toBe(1);
  });

  it("sets one timer per limit that passes, not one per chunk", () => {
    const clock = aClock();
    const watch = watchStall(100, () => {}, clock);
    for (let ms = 1; ms <= 1_000; ms++) {
      clock.to(ms);
      watch.moved();
    }
    expect(clock.timers().set).toBeLessThanOrEqual(12);
    watch.end();
    expect(clock.timers().due).toBe(0);
  });
});
