// Where does an isolate say that it is? The platform tells it with a request; elsewhere the operator does.
import { describe, expect, it } from "vitest";
import { portsOf } from "../../worker/adapters/env.ts";
import { placeOf } from "../../worker/adapters/peer.ts";
import { embeddedSites } from "../../worker/adapters/site-texts.ts";

describe("the data centre", () => {
  it.each([
    [{ colo: "FRA" }, "FRA"],
    [{ colo: "" }, undefined],
    [{ colo: 7 }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])("in a request whose platform tells %j is %s", (cf, place) => {
    expect(placeOf({ cf } as unknown as Request)).toBe(place);
  });

  it.each([
    ["that of the platform", {}, "FRA", "FRA"],
    ["the operator's name for it, first of all", { HEADGATE_PLACE: "cellar" }, "FRA", "cellar"],
    ["unknown where nobody tells it", {}, undefined, "unknown"],
    ["unknown where the name is empty", { HEADGATE_PLACE: "" }, undefined, "unknown"],
    ["a name that a report may have", { HEADGATE_PLACE: "x".repeat(80) }, undefined, "x".repeat(64)],
  ])("is %s", (_what, vars, told, place) => {
    const env = { EMBEDDED_SITES: {}, HEADGATE_RUNS_ON: "standalone", ...vars };
    expect(portsOf(env, { sites: embeddedSites({}) }, told).self.place).toBe(place);
  });

  it("tells isolates apart by a name of their own", () => {
    const names = [1, 2].map(() => portsOf({}, { sites: embeddedSites({}) }).self.isolate);
    expect(names[0]).toMatch(/^[\da-f]{32}$/);
    expect(names[1]).not.toBe(names[0]);
  });
});
