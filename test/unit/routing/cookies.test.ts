import { expect, it } from "vitest";
import { cookiePairs } from "../../../worker/routing/cookies.ts";

const cases: [field: string | null, pairs: [name: string, value: string][]][] = [
  [null, []],
  ["", []],
  ["a=1", [["a", "1"]]],
  [
    "a=1;b=2 ;  c = 3",
    [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ],
  ],
  [
    "a=1; a=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["a=b=c", [["a", "b=c"]]],
  ["a", [["a", ""]]],
  ["=a", [["", "a"]]],
  [
    'a="x y"; b={"c":"d\\"}',
    [
      ["a", '"x y"'],
      ["b", '{"c":"d\\"}'],
    ],
  ],
  [";;a=1;", [["a", "1"]]],
];
for (const [field, pairs] of cases) {
  it(`reads ${JSON.stringify(field)}`, () =>
    expect(cookiePairs(field).map(({ name, value }) => [name, value])).toEqual(pairs));
}
