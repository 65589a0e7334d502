// What a pool asks its origins.
import { expect, it } from "vitest";
import { aPool } from "./a-pool.ts";

const origins = { a: { url: "https://a.test/base/" }, b: { state: "drain" }, c: { state: "off" } } as const;

it("each origin that is not off is asked, below its base path", () => {
  const { probes } = aPool(origins, { health: { path: "/healthz?deep=1", headers: { "X-Probe": "1" } } });
  expect(probes.map(({ name, url }) => [name, url])).toEqual([
    ["web/a", "https://a.test/base/healthz?deep=1"],
    ["web/b", "https://b.test/healthz?deep=1"],
  ]);
  expect(probes[0]).toMatchObject({
    method: "GET",
    headers: [["x-probe", "1"]],
    everyMs: 15_000,
    everyWhenGoodMs: 15_000,
    timeoutMs: 3_000,
    rise: 2,
    fall: 3,
    statuses: ["200"],
  });
  expect(probes[0]).not.toHaveProperty("body");
  expect(probes[0]).not.toHaveProperty("everyInDoubtMs");
  const [hasty] = aPool(origins, { health: { everyInDoubt: "500ms" } }).probes;
  expect(hasty).toMatchObject({ everyMs: 15_000, everyInDoubtMs: 500 });
});

it("a pool without health asks nothing", () => {
  expect(aPool(origins).probes).toEqual([]);
});
