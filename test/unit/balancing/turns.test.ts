// Whose turn it is in a pool does not depend on what other pools of the same origins are asked.
import { expect, it } from "vitest";
import { pool as schema } from "../../../shared/site/pool-schema.ts";
import { pick } from "../../../worker/balancing/pick.ts";
import { compilePool, type Pool } from "../../../worker/balancing/pool.ts";
import { facts } from "./facts.ts";

const inTurns = (id: string, a: number, b: number): Pool => {
  const origins = Object.entries({ a, b }).map(([name, weight]) => ({
    id: name,
    url: `https://${name}.test`,
    weight,
  }));
  return compilePool("shop.test", id, schema.parse({ balance: "round-robin", origins }));
};

it.each([
  ["the same weights", inTurns("api", 1, 1), inTurns("web", 1, 1), [600, 600]],
  ["other weights", inTurns("api", 5, 1), inTurns("web", 1, 1), [1_000, 600]],
] as const)("two pools with the same origins and %s, asked in turn", (_which, one, other, shares) => {
  expect(one.standingKey).toBe(other.standingKey);
  const known = facts(() => 0);
  const atA = [one, other].map(() => 0);
  for (let request = 0; request < 1_200; request++) {
    for (const [at, pool] of [one, other].entries()) {
      const picked = pick(pool, pool.groups[0]?.candidates ?? [], known);
      if (picked?.origin.id === "a") atA[at] = (atA[at] ?? 0) + 1;
    }
  }
  expect(atA).toEqual(shares);
});
