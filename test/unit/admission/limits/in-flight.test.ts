import { describe, expect, it } from "vitest";
import { InFlight } from "../../../../worker/admission/limits/in-flight.ts";

describe("the requests under way of a client", () => {
  it("are as many as it may have, and no more", () => {
    const inFlight = new InFlight();
    const first = inFlight.hold("a", 2, 0);
    expect(inFlight.hold("a", 2, 0)).toBeDefined();
    expect(inFlight.hold("a", 2, 0)).toBeUndefined();
    expect(inFlight.hold("b", 2, 0)).toBeDefined();
    first?.giveBack();
    expect(inFlight.hold("a", 2, 0)).toBeDefined();
  });

  it("give back one place each, however often they say that they have ended", () => {
    const inFlight = new InFlight();
    const first = inFlight.hold("a", 2, 0);
    inFlight.hold("a", 2, 0);
    first?.giveBack();
    first?.giveBack();
    first?.renew(0);
    expect(inFlight.hold("a", 2, 0)).toBeDefined();
    expect(inFlight.hold("a", 2, 0)).toBeUndefined();
  });

  it("are forgotten after a minute unless they are renewed: the runtime may have dropped them", () => {
    const inFlight = new InFlight();
    const renewed = inFlight.hold("a", 2, 0);
    inFlight.hold("a", 2, 0);
    renewed?.renew(50_000);
    expect(inFlight.hold("a", 2, 59_000)).toBeUndefined();
    expect(inFlight.hold("a", 2, 60_000)).toBeDefined();
    expect(inFlight.hold("a", 2, 60_000)).toBeUndefined();
  });

  it("keep nothing of a client that has none", () => {
    const inFlight = new InFlight();
    const places = Array.from({ length: 100 }, (_, at) => inFlight.hold(`client ${at}`, 1, 0));
    expect(inFlight.clients).toBe(100);
    for (const place of places) place?.giveBack();
    expect(inFlight.clients).toBe(0);
  });

  it("keep nothing of clients whose requests were dropped, when many others come", () => {
    const inFlight = new InFlight();
    for (let at = 0; at < 5_000; at++) inFlight.hold(`dropped ${at}`, 1, 0);
    for (let at = 0; at < 20_000; at++) inFlight.hold(`client ${at}`, 1, 60_000 + at)?.giveBack();
    expect(inFlight.clients).toBe(0);
  });
});
