// What `head` and `body` of a site and its routes may be.
import { describe, expect, it } from "vitest";
import { aSite, problemsIn, validSite } from "./fixtures.ts";

describe("head and body", () => {
  it.each([
    { body: {} },
    { body: { max: "0B" } },
    { body: { max: "off", types: "image/*" } },
    { body: { types: ["application/vnd.api+json", "application/*+json", "*/*"].slice(0, 2) } },
    { head: {} },
    { head: { maxUrl: "8KiB", maxSize: "32KiB", maxFields: 1_000 } },
  ])("may be %j", (keys) => {
    expect(problemsIn(aSite(keys))).toEqual([]);
    expect(problemsIn(aSite({ routes: [{ id: "rest", to: "web", ...keys }] }))).toEqual([]);
  });

  it("have sizes in bytes and types in lower case", () => {
    const { head, body } = validSite(
      aSite({ head: { maxUrl: "1KiB" }, body: { max: "1MiB", types: "Image/PNG" } }),
    );
    expect([head, body]).toEqual([{ maxUrl: 1_024 }, { max: 1_048_576, types: ["image/png"] }]);
  });

  it.each([
    { head: { maxUrl: "9KiB" } },
    { head: { maxSize: "33KiB" } },
    { head: { maxFields: 7 } },
    { head: { maxFields: 1_001 } },
    { head: { maxUrl: 100 } },
    { body: { max: 100 } },
    { body: { max: "10 MB" } },
    { body: { types: "json" } },
    { body: { types: "application/json; charset=utf-8" } },
    { body: { types: [] } },
    { body: { type: "application/json" } },
  ])("may not be %j", (keys) => {
    expect(problemsIn(aSite(keys))).toHaveLength(1);
  });
});
