import { describe, expect, it } from "vitest";
import { type Boarding, Flights, type Landing } from "../../../worker/caching/flights.ts";
import { NOW } from "./an-entry.ts";

const PAGE = "a.test#a.test/page#@all~1";
const FRENCH = `${PAGE}#variant:vary%3Aaccept-language=~fr`;

type Leading = Extract<Boarding, { kind: "lead" }>;
type Waiting = Extract<Boarding, { kind: "wait" }>;

const leads = (boarding: Boarding): Leading => {
  if (boarding.kind !== "lead") throw new Error(`it does not lead, but: ${boarding.kind}`);
  return boarding;
};
const waits = (boarding: Boarding): Waiting => {
  if (boarding.kind !== "wait") throw new Error(`it does not wait, but: ${boarding.kind}`);
  return boarding;
};
/** What has landed by now. */
const landed = ({ landed }: Waiting): Promise<Landing | "nothing yet"> =>
  Promise.race([landed, Promise.resolve().then(() => "nothing yet" as const)]);

describe("who leads and who waits", () => {
  it("the first leads, and the others wait for what lands", async () => {
    const flights = new Flights();
    const { land } = leads(flights.board(PAGE, NOW));
    const waiting = waits(flights.board(PAGE, NOW));
    expect(await landed(waiting)).toBe("nothing yet");
    land({ kind: "stored" });
    expect(await landed(waiting)).toEqual({ kind: "stored" });
    expect(flights.board(PAGE, NOW).kind).toBe("lead");
  });

  it("no variant waits for another", () => {
    const flights = new Flights();
    leads(flights.board(PAGE, NOW));
    expect(flights.board(FRENCH, NOW).kind).toBe("lead");
    expect(flights.lead(`${PAGE}#variant:vary%3Aaccept-language=~de`, NOW)).toBeDefined();
  });

  it("one that may not lead waits for whoever does, and asks alone where nobody does", () => {
    const flights = new Flights();
    expect(flights.board(PAGE, NOW, { mayLead: false })).toEqual({ kind: "alone" });
    leads(flights.board(PAGE, NOW));
    expect(flights.board(PAGE, NOW, { mayLead: false }).kind).toBe("wait");
  });

  it("of many who have waited in vain one takes the lead, and the others wait for that one", () => {
    const flights = new Flights();
    leads(flights.board(PAGE, NOW));
    const { leader } = waits(flights.board(PAGE, NOW));
    const again = Array.from({ length: 30 }, () => flights.board(PAGE, NOW + 5_000, { inVainFor: leader }));
    expect(again.map(({ kind }) => kind)).toEqual(["lead", ...Array(29).fill("wait")]);
  });

  it("what the first leader brings after all is for all who wait", async () => {
    const flights = new Flights();
    const { land } = leads(flights.board(PAGE, NOW));
    const { leader } = waits(flights.board(PAGE, NOW));
    leads(flights.board(PAGE, NOW, { inVainFor: leader }));
    const waiting = waits(flights.board(PAGE, NOW, { inVainFor: leader }));
    land({ kind: "stored" });
    expect(await landed(waiting)).toEqual({ kind: "stored" });
  });

  it("that one of two leaders fails ends no wait while the other is on its way", async () => {
    const flights = new Flights();
    const first = leads(flights.board(PAGE, NOW));
    const { leader } = waits(flights.board(PAGE, NOW));
    const second = leads(flights.board(PAGE, NOW, { inVainFor: leader }));
    const waiting = waits(flights.board(PAGE, NOW));
    first.land({ kind: "failed" });
    expect(await landed(waiting)).toBe("nothing yet");
    second.land({ kind: "failed" });
    expect(await landed(waiting)).toEqual({ kind: "failed" });
    expect(flights.size).toBe(0);
  });

  it("what lands in the store ends the wait once it is there, and what is at hand does at once", async () => {
    for (const [landing, first] of [
      [{ kind: "stored" }, "nothing yet"],
      [{ kind: "not-shared" }, { kind: "not-shared" }],
    ] as const) {
      const flights = new Flights();
      const { land } = leads(flights.board(PAGE, NOW));
      const early = waits(flights.board(PAGE, NOW));
      const kept = Promise.withResolvers<void>();
      land(landing, kept.promise);
      const late = waits(flights.board(PAGE, NOW)); // the store does not have it yet
      expect(await landed(early)).toEqual(first);
      kept.resolve();
      expect(await late.landed).toEqual(landing);
      expect(await early.landed).toEqual(landing);
      expect(flights.board(PAGE, NOW).kind).toBe("lead");
    }
  });

  it("a flight whose response the store fails to take is over too", async () => {
    const flights = new Flights();
    const { land } = leads(flights.board(PAGE, NOW));
    const waiting = waits(flights.board(PAGE, NOW));
    land({ kind: "stored" }, Promise.reject(new Error("the store is down")));
    expect(await waiting.landed).toEqual({ kind: "stored" });
    expect(flights.size).toBe(0);
  });
});

describe("a change of the URL", () => {
  it("ends what is on its way for it, in all variants, questions and slices, and nothing else", () => {
    const flights = new Flights();
    const keys = [PAGE, FRENCH, `${PAGE}#slices`, `${FRENCH}#slice:1:2`, `${PAGE}#query:g:d`];
    const others = ["a.test#a.test/page2#@all~1", "a.test#a.test/page#@other~1", "b.test#a.test/page#@all~1"];
    for (const key of [...keys, ...others]) leads(flights.board(key, NOW));
    flights.outdate(PAGE);
    expect(keys.map((key) => flights.board(key, NOW).kind)).toEqual(keys.map(() => "lead"));
    expect(others.map((key) => flights.board(key, NOW).kind)).toEqual(others.map(() => "wait"));
  });
});

describe("what never lands", () => {
  const keyOf = (n: number) => `a.test#a.test/${n}#@all~1`;

  it("is bounded in number, and lets go whoever waits for what is dropped", async () => {
    const flights = new Flights();
    leads(flights.board(keyOf(0), NOW));
    const waiting = waits(flights.board(keyOf(0), NOW));
    for (let n = 1; n <= 200_000; n++) leads(flights.board(keyOf(n), NOW));
    expect(flights.size).toBe(10_000);
    expect(await landed(waiting)).toEqual({ kind: "failed" });
    expect(flights.board(keyOf(200_000), NOW).kind).toBe("wait");
  });

  it("is bounded in time: after a minute somebody else leads, and whoever still waits is let go", async () => {
    const flights = new Flights();
    leads(flights.board(PAGE, NOW));
    const waiting = waits(flights.board(PAGE, NOW));
    expect(flights.board(PAGE, NOW + 59_999).kind).toBe("wait");
    expect(flights.board(PAGE, NOW + 60_000).kind).toBe("lead");
    expect(await landed(waiting)).toEqual({ kind: "failed" });
    expect(flights.size).toBe(1);
  });

  it("goes with the first that comes after it, whatever key that is for", () => {
    const flights = new Flights();
    for (let n = 0; n < 5_000; n++) leads(flights.board(keyOf(n), NOW));
    leads(flights.board(PAGE, NOW + 60_000));
    expect(flights.size).toBe(1);
  });

  it("is dropped by who led longest ago, not by whose flight began first", () => {
    const flights = new Flights();
    leads(flights.board(PAGE, NOW));
    leads(flights.board(FRENCH, NOW));
    leads(flights.board(PAGE, NOW + 50_000, { inVainFor: 1 }));
    leads(flights.board(keyOf(1), NOW + 70_000));
    expect(flights.board(PAGE, NOW + 70_000).kind).toBe("wait");
    expect(flights.board(FRENCH, NOW + 70_000).kind).toBe("lead");
  });

  it("costs a change of one URL nothing", () => {
    const flights = new Flights();
    for (let n = 0; n < 10_000; n++) leads(flights.board(`${PAGE}#variant:${n}`, NOW));
    const startedAt = performance.now();
    for (let n = 0; n < 10_000; n++) flights.outdate(keyOf(n));
    expect(performance.now() - startedAt).toBeLessThan(400); // a scan of all would take some 40 µs for each
  });
});
