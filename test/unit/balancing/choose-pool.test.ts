import { describe, expect, it } from "vitest";
import { CONTINENTS, continentOf } from "../../../shared/continents.ts";
import { firstAble, inOrderFor } from "../../../worker/balancing/choose-pool.ts";
import type { Pool } from "../../../worker/balancing/pool.ts";
import { ALL_GOOD } from "../../../worker/balancing/pool-standing.ts";
import { compileServes } from "../../../worker/balancing/serves.ts";
import { NO_ORIGINS_TOLD, originsTold } from "../../../worker/keeping/origins-told.ts";
import { aPool } from "./a-pool.ts";

const serving = (id: string, serves?: Parameters<typeof compileServes>[0]): { pool: Pool } => ({
  pool: { ...aPool({ a: {} }), id, serves: serves ? compileServes(serves) : null },
});

const POOLS = [
  serving("any"),
  serving("eu", { continents: ["EU"] }),
  serving("de", { countries: ["DE", "AT"] }),
  serving("by", { regions: ["DE-BY"] }),
  serving("us", { continents: ["NA"] }),
];
const order = (country?: string, region?: string) =>
  inOrderFor(POOLS, { country, region }).map(({ pool }) => pool.id);

describe("the order of the pools of a route", () => {
  it.each([
    ["Munich", "DE", "DE-BY", ["by", "de", "eu", "any", "us"]],
    ["Berlin", "DE", "DE-BE", ["de", "eu", "any", "by", "us"]],
    ["a country whose part is not known", "AT", undefined, ["de", "eu", "any", "by", "us"]],
    ["France", "FR", undefined, ["eu", "any", "de", "by", "us"]],
    ["Japan", "JP", undefined, ["any", "eu", "de", "by", "us"]],
    ["nobody knows where", undefined, undefined, ["any", "eu", "de", "by", "us"]],
    ["Tor", "T1", undefined, ["any", "eu", "de", "by", "us"]],
  ])("for a client from %s", (_where, country, region, expected) => {
    expect(order(country, region)).toEqual(expected);
  });
});

describe("the first pool that is able", () => {
  const two = [serving("eu"), serving("us")];
  const known =
    (...down: string[]) =>
    ({ id }: Pool) => ({
      seen: ALL_GOOD,
      told: down.includes(id)
        ? originsTold({
            "web/a": { down: { since: 0, because: "connect" } },
            [`${id}/a`]: { down: { since: 0, because: "connect" } },
          })
        : NO_ORIGINS_TOLD,
    });
  const able = (...down: string[]) => firstAble(two, known(...down), 1_000)?.pool.id;

  it("is the first that is not out, and the first of all if all are", () => {
    expect([able(), able("eu"), able("us"), able("eu", "us")]).toEqual(["eu", "us", "eu", "eu"]);
    expect(firstAble([], known(), 0)).toBeUndefined();
  });

  it("is not one whose only origins are on probation, for a request that may not try them", () => {
    const onProbation = {
      kind: "out",
      because: "connect",
      since: 0,
      until: 900,
      times: 1,
      trial: undefined,
    } as const;
    const knownOf = ({ id }: Pool) => ({
      seen: id === "eu" ? new Map([["a", onProbation]]) : ALL_GOOD,
      told: NO_ORIGINS_TOLD,
    });
    const chosen = (mayTry: boolean) => firstAble(two, knownOf, 1_000, () => mayTry)?.pool.id;
    expect([chosen(true), chosen(false)]).toEqual(["eu", "us"]);
  });
});

describe("the continent of a country", () => {
  it.each([
    ["DE", "EU"],
    ["TR", "AS"],
    ["US", "NA"],
    ["BR", "SA"],
    ["AS", "OC"],
    ["ZA", "AF"],
    ["AQ", "AN"],
    ["T1", undefined],
    ["XX", undefined],
    ["", undefined],
    ["D", undefined],
    [" D", undefined],
  ])("of %j is %s", (country, continent) => {
    expect(continentOf(country)).toBe(continent);
  });

  it("is one for each of the 249 countries of ISO 3166-1, and Kosovo", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const all = letters.flatMap((one) => letters.map((other) => one + other));
    const found = all.filter((country) => continentOf(country) !== undefined);
    expect(found).toHaveLength(250);
    expect(new Set(found.map(continentOf))).toEqual(new Set(CONTINENTS));
  });
});
