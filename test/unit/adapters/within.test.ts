// With a timer that the test fires by hand.
import { describe, expect, it } from "vitest";
import { afterRunning, endOf } from "../../../worker/adapters/within.ts";
import type { After } from "../../../worker/ports.ts";

function timer() {
  const armed: { ms: number; act: () => void; calledOff: boolean }[] = [];
  const after: After = (ms, act) => {
    const one = { ms, act, calledOff: false };
    armed.push(one);
    return () => {
      one.calledOff = true;
    };
  };
  return { after, armed, fire: () => armed.forEach(({ act }) => void act()) };
}

const endings = {
  arrived: (value: string) => `arrived: ${value}`,
  failed: (error: unknown) => `failed: ${String(error)}`,
  late: () => "late",
};

describe("the end of a work that may take so long and no longer", () => {
  it("is what it brings, and the timer is called off", async () => {
    const { after, armed } = timer();
    expect(await endOf(Promise.resolve("a page"), 50, endings, after)).toBe("arrived: a page");
    expect(armed).toMatchObject([{ ms: 50, calledOff: true }]);
  });

  it("is its failure, and the timer is called off", async () => {
    const { after, armed } = timer();
    expect(await endOf(Promise.reject("refused"), 50, endings, after)).toBe("failed: refused");
    expect(armed).toMatchObject([{ calledOff: true }]);
  });

  it("is that it was late, whatever it brings afterwards", async () => {
    for (const settle of ["resolve", "reject"] as const) {
      const work = Promise.withResolvers<string>();
      const { after, fire } = timer();
      const told: string[] = [];
      const telling = {
        arrived: () => void told.push("arrived"),
        failed: () => void told.push("failed"),
        late: () => void told.push("late"),
      };
      const end = endOf(work.promise, 50, telling, after);
      fire();
      work[settle]("too late");
      await end;
      await work.promise.catch(() => {});
      expect(told).toEqual(["late"]);
    }
  });

  it("is no silence where what is made of it has a bug", async () => {
    const bug = (): never => {
      throw new Error("a bug");
    };
    const { after, fire } = timer();
    await expect(endOf(Promise.resolve(1), 50, { ...endings, arrived: bug }, after)).rejects.toThrow("a bug");
    await expect(endOf(Promise.reject(1), 50, { ...endings, failed: bug }, after)).rejects.toThrow("a bug");
    const late = endOf(new Promise<string>(() => {}), 50, { ...endings, late: bug }, after);
    fire();
    await expect(late).rejects.toThrow("a bug");
  });
});

describe("a time limit while the edge is running", () => {
  /** Timers fire when the edge goes on: at the time when they are due, or later. */
  function aWorld() {
    let now = 1_000;
    const timers = new Set<{ due: number; act: () => void }>();
    const limit = afterRunning<{ due: number; act: () => void }>({
      set: (act, ms) => {
        const timer = { due: now + ms, act };
        timers.add(timer);
        return timer;
      },
      clear: (timer) => timers.delete(timer),
      now: () => now,
    });
    const goOnAt = (ms: number) => {
      now = 1_000 + ms;
      for (const timer of [...timers].filter(({ due }) => due <= now)) {
        timers.delete(timer);
        timer.act();
      }
    };
    return { limit, goOnAt, timers };
  }

  it.each([0, 1, 49])("is over when its timer fires, %i ms late", (late) => {
    const { limit, goOnAt } = aWorld();
    let acts = 0;
    limit(300, () => acts++);
    goOnAt(299);
    goOnAt(300 + late);
    expect(acts).toBe(0); // what has arrived is looked at first
    goOnAt(301 + late);
    expect(acts).toBe(1);
  });

  // Before: a pause that ended within 50 ms after the limit turned each answer that had arrived during it into a time-out.
  it("takes what arrived before it, though its timer fires first", () => {
    const { limit, goOnAt } = aWorld();
    let acts = 0;
    const callOff = limit(300, () => acts++);
    goOnAt(320);
    callOff(); // by the answer
    goOnAt(1_000);
    expect(acts).toBe(0);
  });

  it("goes on for as long as the edge stood still", () => {
    const { limit, goOnAt } = aWorld();
    let acts = 0;
    limit(300, () => acts++);
    goOnAt(400);
    goOnAt(499);
    goOnAt(500);
    expect(acts).toBe(0);
    goOnAt(501);
    expect(acts).toBe(1);
  });

  it("goes on for no longer than once more, however long the pause was", () => {
    const { limit, goOnAt } = aWorld();
    let acts = 0;
    limit(300, () => acts++);
    goOnAt(3_600_000);
    goOnAt(3_600_299);
    goOnAt(3_600_300);
    expect(acts).toBe(0);
    goOnAt(3_600_301);
    expect(acts).toBe(1);
  });

  it("goes on only once: an edge that is always late ends its waits all the same", () => {
    const { limit, goOnAt, timers } = aWorld();
    let acts = 0;
    limit(300, () => acts++);
    goOnAt(400);
    goOnAt(900);
    goOnAt(1_500);
    expect([acts, timers.size]).toEqual([1, 0]);
  });

  it.each(["before", "after"])("never is over if it is called off, %s the pause", (when) => {
    const { limit, goOnAt, timers } = aWorld();
    let acts = 0;
    const callOff = limit(300, () => acts++);
    if (when === "after") goOnAt(400);
    callOff();
    goOnAt(10_000);
    expect([acts, timers.size]).toEqual([0, 0]);
  });

  it("is over if the clock was set back", () => {
    const { limit, timers, goOnAt } = aWorld();
    let acts = 0;
    limit(300, () => acts++);
    const [timer] = timers;
    goOnAt(-500_000);
    timer?.act();
    goOnAt(-499_999);
    expect(acts).toBe(1);
  });
});
