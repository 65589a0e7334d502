import { describe, expect, it } from "vitest";
import { Patience } from "../../../worker/bodies/patience.ts";
import { keepForReplay } from "../../../worker/bodies/replay.ts";

/** Time that only the test moves: every turn is one timer. */
function aClock() {
  const due = new Set<() => void>();
  const after = (_ms: number, act: () => void) => {
    due.add(act);
    return () => due.delete(act);
  };
  /** All timers fire, and what follows from it happens. */
  const turn = async () => {
    for (const act of [...due]) {
      due.delete(act);
      act();
    }
    await settled();
  };
  return { after, turn, due };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function aBody() {
  let cancelled = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return {
    body,
    send: async (bytes: number) => {
      controller?.enqueue(new Uint8Array(bytes));
      await settled();
    },
    end: () => controller?.close(),
    break: () => controller?.error(new Error("cut off")),
    isCancelled: () => cancelled,
  };
}

/** Reads a body for the store. */
async function reading(withCutOff = true) {
  const clock = aClock();
  const origin = aBody();
  let cuts = 0;
  const cutOff = () => {
    cuts++;
    origin.break();
  };
  const patience = new Patience(clock, withCutOff ? cutOff : undefined);
  let state: "reading" | "stored" | "given up" | "over" = "reading";
  const work = keepForReplay(origin.body, 10_000_000, patience.read)
    .then(({ ok }) => {
      state = ok ? "stored" : "given up";
      return patience.end();
    })
    .then(() => {
      if (state === "given up") state = "over";
    });
  await origin.send(4);
  return { clock, origin, work, cuts: () => cuts, state: () => state };
}

describe("reading a body for the store", () => {
  it("ends with the body", async () => {
    const { origin, clock, work, state } = await reading();
    origin.end();
    await work;
    expect([state(), clock.due.size]).toEqual(["stored", 0]);
  });

  it("goes on while the body moves, for ten minutes", async () => {
    const { origin, clock, state } = await reading();
    for (let turn = 1; turn < 60; turn++) {
      await clock.turn();
      await origin.send(1);
      expect(state()).toBe("reading");
    }
    await clock.turn();
    expect(state()).toBe("given up");
  });

  it("is given up after a turn without a byte, and the body is cut off after six", async () => {
    const { clock, work, cuts, state } = await reading();
    await clock.turn(); // the first bytes came in this one
    expect(state()).toBe("reading");
    for (let idle = 1; idle <= 6; idle++) {
      expect(cuts()).toBe(0);
      await clock.turn();
      if (idle < 6) expect(state()).toBe("given up");
    }
    expect(cuts()).toBe(1);
    await work;
    expect([state(), clock.due.size]).toEqual(["over", 0]);
  });

  it("watches on after that: a byte in time keeps the body", async () => {
    const { clock, origin, cuts } = await reading();
    for (let round = 0; round < 10; round++) {
      for (let idle = 0; idle < 6; idle++) await clock.turn();
      expect(cuts()).toBe(0);
      await origin.send(1);
    }
    for (let turn = 0; turn < 7; turn++) await clock.turn();
    expect(cuts()).toBe(1);
  });

  it("watches no longer once much has come, or the body has ended", async () => {
    for (const last of ["much", "end"]) {
      const { clock, origin, work, cuts, state } = await reading();
      for (let turn = 0; turn < 3; turn++) await clock.turn();
      if (last === "end") origin.end();
      else await origin.send(1_048_576);
      await work;
      expect([state(), cuts(), clock.due.size]).toEqual(["over", 0, 0]);
      expect(origin.isCancelled()).toBe(last === "much");
    }
  });

  it("is let go at once where nobody else reads the body", async () => {
    const { clock, origin, work, state } = await reading(false);
    await clock.turn();
    await clock.turn();
    await work;
    expect([state(), origin.isCancelled(), clock.due.size]).toEqual(["over", true, 0]);
  });
});
