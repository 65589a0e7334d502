// With a timer that the test fires by hand.
import { describe, expect, it } from "vitest";
import { endOf } from "../../../worker/adapters/within.ts";
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
