// What an isolate purges by itself: responses that were asked for up to a time.
import { expect, it } from "vitest";
import { purgedBy } from "../../../worker/caching/law/purged.ts";
import { OwnPurges } from "../../../worker/caching/own-purges.ts";
import { NO_PURGES } from "../../../worker/keeping/purge-marks.ts";

const NOW = 1_764_345_600_000;
const PAGE = { url: "a.test/", hosts: ["a.test"], path: "/", tags: ["x"] };

function isPurged(own: OwnPurges, site: string, requestedAt: number): boolean {
  return purgedBy(own.of(site), requestedAt, () => PAGE, NOW) !== undefined;
}

it("covers what was asked for until then, and nothing later", () => {
  const own = new OwnPurges();
  own.record("a.test", "t:x", NOW);
  expect(isPurged(own, "a.test", NOW)).toBe(true);
  expect(isPurged(own, "a.test", NOW + 1)).toBe(false);
});

it("belongs to one site, and costs the others nothing", () => {
  const own = new OwnPurges();
  own.record("a.test", "t:x", NOW);
  expect(own.of("b.test")).toBe(NO_PURGES);
});

it("never goes back if the clock does", () => {
  const own = new OwnPurges();
  own.record("a.test", "t:x", NOW);
  own.record("a.test", "t:x", NOW - 1_000);
  expect(isPurged(own, "a.test", NOW)).toBe(true);
});

it("is bounded, and what is forgotten counts as purged", () => {
  const own = new OwnPurges();
  for (let site = 0; site <= 1_000; site++) own.record(`${site}.test`, "t:other", NOW + site);
  expect(isPurged(own, "0.test", NOW)).toBe(true);
  expect(isPurged(own, "0.test", NOW + 1)).toBe(false);
  expect(isPurged(own, "1000.test", NOW)).toBe(false);
});
