import { describe, expect, it } from "vitest";
import { pool as schema } from "../../../shared/site/pool-schema.ts";
import { compilePool } from "../../../worker/balancing/pool.ts";
import { probeKey, readPlans } from "../../../worker/keeping/probe.ts";

const probesOf = (words: object, hosts: readonly string[] = ["shop.test"]) =>
  compilePool(
    "shop.test",
    "web",
    schema.parse({ health: { path: "/up" }, origins: [{ id: "a", url: "https://a.test/base" }], ...words }),
    hosts,
  ).probes;

describe("a probe sees the Host that a request would", () => {
  it.each<[what: string, words: object, hosts: string[], url: string]>([
    ["that of the URL", {}, ["shop.test"], "https://a.test/base/up"],
    ["a name", { host: "a.internal:8080" }, ["shop.test"], "https://a.internal:8080/base/up"],
    [
      "the first host that is no pattern",
      { host: "keep" },
      ["*.x.test", "b.test", "c.test"],
      "https://b.test/base/up",
    ],
    ["that of the URL if all are patterns", { host: "keep" }, ["*", "*.x.test"], "https://a.test/base/up"],
  ])("%s", (_what, words, hosts, url) => {
    expect(probesOf(words, hosts).map((probe) => probe.url)).toEqual([url]);
  });
});

it("goes over the same connection, which makes it another probe", () => {
  const [plain] = probesOf({});
  const [own] = probesOf({ tls: { ca: "own" } });
  expect(plain).not.toHaveProperty("endpoint");
  expect(own?.endpoint?.id).toBe("origin https://a.test name=a.test ca=own site=shop.test");
  expect(plain && probeKey(plain)).not.toBe(own && probeKey(own));
});

describe("a plan that an isolate tells", () => {
  const [probe] = probesOf({ tls: { ca: "own" } });
  const read = (endpoint: unknown) => readPlans([{ version: "v", probes: [{ ...probe, endpoint }] }]);

  it("may say how to connect", () => {
    const [told] = JSON.parse(JSON.stringify([{ version: "v", probes: [probe] }]));
    expect(readPlans([told])).toEqual([told]);
  });

  it.each([
    null,
    1,
    "x",
    {},
    { id: 1 },
    { ...probe?.endpoint, origin: "ftp://x" },
    { ...probe?.endpoint, tls: null },
  ])("is not read with %j in that place", (endpoint) => {
    expect(read(endpoint)).toBeUndefined();
  });
});

it("what is believed of an origin depends on the Host and the TLS that it is asked with", () => {
  const keyOf = (words: object) =>
    compilePool("s", "web", schema.parse({ origins: [{ id: "a", url: "https://a.test" }], ...words }))
      .standingKey;
  const keys = [{}, { host: "keep" }, { host: "b.test" }, { tls: { ca: "own" } }].map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf({ timeout: { firstByte: "1s" } })).toBe(keyOf({}));
});
