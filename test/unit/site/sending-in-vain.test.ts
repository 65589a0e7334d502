import { describe, expect, it } from "vitest";
import { siteSchema } from "../../../shared/site/schema.ts";
import { sendingInVain } from "../../../shared/site/warnings/sending-in-vain.ts";

const TWO = [
  { id: "a", url: "https://a.example.net" },
  { id: "b", url: "https://b.example.net" },
];

const warned = (pool: object) =>
  sendingInVain(
    siteSchema.parse({
      hosts: ["a.test"],
      pools: { web: { origins: TWO, ...pool } },
      routes: [{ id: "all", to: "web" }],
    }),
  ).map(({ path, message }) => `${path.replace("pools.web.", "")}: ${message}`);

describe("a rule for sending that has no effect", () => {
  const rows: [what: string, pool: object, warnings: string[]][] = [
    [
      "retries are limited and there are none",
      { retry: { attempts: 1, budget: "20%", backoff: "50ms", perTry: "1s" } },
      ["budget", "backoff", "perTry"].map(
        (key) => `retry.${key}: has no effect: with \`attempts: 1\` nothing is retried`,
      ),
    ],
    [
      "a try is as long as the time-out",
      { retry: { perTry: "15s" } },
      ["retry.perTry: has no effect: `timeout.firstByte` is not longer"],
    ],
    [
      "a time-out is not retried",
      { retry: { perTry: "1s", on: [503] } },
      ["retry.perTry: has no effect: `on` does not list timeout"],
    ],
    [
      "a hedge may not be made",
      { hedge: { after: "1s" }, retry: { attempts: 1 } },
      ["hedge: has no effect: a hedge is a second attempt, and `retry.attempts` is 1"],
    ],
    [
      "a hedge has nowhere to go",
      { hedge: { after: "1s" }, origins: [TWO[0], { ...TWO[1], state: "off" }] },
      ["hedge: has no effect: there is no second origin in service"],
    ],
    [
      "a hedge comes too late",
      { hedge: { after: "20s" } },
      ["hedge.after: has no effect: `timeout.firstByte` is not longer"],
    ],
    ["a breaker has no limit", { breaker: {} }, ["breaker: has no effect: write `inFlight`, `rate` or both"]],
  ];
  it.each(rows)("is told: %s", (_what, pool, warnings) => {
    expect(warned(pool)).toEqual(warnings);
  });

  it.each([
    [{ retry: { budget: "20%", backoff: "50ms", perTry: "2s" } }],
    [{ hedge: { after: "p95" } }],
    [{ hedge: { after: "300ms" }, retry: { attempts: 2 } }],
    [{ breaker: { rate: "50%" } }],
    [{ breaker: { inFlight: 10 } }],
  ])("is not told where there is one: %o", (pool) => {
    expect(warned(pool)).toEqual([]);
  });
});
