import { expect, it } from "vitest";
import { siteSchema } from "../../../shared/site/schema.ts";
import { outlierInVain } from "../../../shared/site/warnings/outlier-in-vain.ts";

const ORIGINS = [
  { id: "a", url: "https://a.test" },
  { id: "b", url: "https://b.test" },
];

const warned = (outlier: object, rest: object = {}) =>
  outlierInVain(
    siteSchema.parse({
      hosts: ["a.test"],
      pools: { web: { origins: ORIGINS, outlier, ...rest } },
      routes: [{ id: "all", to: "web" }],
    }),
  ).map(({ path, message }) => `${path}: ${message}`);

it.each([
  [
    "no origin is ejected",
    { maxEjected: "0%", consecutive: 5, slowStart: "1m" },
    {},
    [
      "pools.web.outlier.consecutive: has no effect: with `maxEjected: 0%` no origin is ejected",
      "pools.web.outlier.slowStart: has no effect: with `maxEjected: 0%` no origin is ejected",
    ],
  ],
  [
    "no status counts",
    { consecutive: 5, rate: "20%", window: "1m", eject: "30s" },
    { retry: { on: ["connect", "timeout"] } },
    ["consecutive", "rate", "window"].map(
      (rule) => `pools.web.outlier.${rule}: has no effect: \`retry.on\` lists no status that counts`,
    ),
  ],
  [
    "there is one origin",
    { maxEjected: "50%", panic: "50%", eject: "1m" },
    { origins: [ORIGINS[0], { ...ORIGINS[1], state: "off" }] },
    ["maxEjected", "panic"].map(
      (rule) => `pools.web.outlier.${rule}: has no effect: the pool has only one origin in service`,
    ),
  ],
  [
    "there are no weights",
    { slowStart: "1m" },
    { balance: "first" },
    ["pools.web.outlier.slowStart: has no effect: `balance: first` knows no weights"],
  ],
  [
    "panic comes before",
    { panic: "30%", whenAllOut: "refuse" },
    {},
    ["pools.web.outlier.whenAllOut: has no effect: with `panic` all origins are used if none is usable"],
  ],
])("rules have no effect where %s", (_where, outlier, rest, warnings) => {
  expect(warned(outlier, rest)).toEqual(warnings);
});

it.each([
  [{}, { balance: "first", origins: [ORIGINS[0]], retry: { on: ["connect"] } }],
  [{ maxEjected: "0%" }, {}],
  [{ consecutive: 5, rate: "20%", eject: "1m", maxEjected: "50%", panic: "30%", slowStart: "1m" }, {}],
  [
    { whenAllOut: "refuse", consecutive: 9 },
    { origins: [ORIGINS[0]], retry: { on: ["connect", "52x"] } },
  ],
])("nothing is said of rules that have one, or that are not in the file: %j", (outlier, rest) => {
  expect(warned(outlier, rest)).toEqual([]);
});
