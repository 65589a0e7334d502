import { expect, it } from "vitest";
import { logRows } from "../../../cli/printing/stage-rows.ts";
import type { Explanation } from "../../../shared/explain.ts";

const AS_BY_DEFAULT = { share: 1, format: "json", fields: null, query: false, bytes: "declared" } as const;
const rows = (changes: Partial<Explanation["log"]>) =>
  logRows({ log: { ...AS_BY_DEFAULT, ...changes } } as unknown as Explanation);

it.each([
  [{}, []],
  [{ format: "combined" }, [{ label: "log", text: "combined" }]],
  [{ share: 0 }, [{ label: "log", text: "json", note: "not logged" }]],
  [
    { format: "fields", fields: ["status", "query"], share: 0.1, query: true, bytes: "sent" },
    [
      {
        label: "log",
        text: "fields",
        note: "10 % of such requests · status, query · with the query · with the bytes as sent",
      },
    ],
  ],
] as const)("an explanation tells of a log with %j", (changes, expected) => {
  expect(rows(changes)).toEqual(expected);
});
