import { describe, expect, it } from "vitest";
import { findingsIn, reportOfCheck } from "../../../../cli/reporting/report.ts";

describe("a finding", () => {
  // Before: "the file  the file needs a comma before this", in each of the formats.
  it("of the file as a whole names the file once", () => {
    const at = { file: "a.yaml", line: 3, column: 8, path: "" };
    const problems = [{ ...at, message: "the file has a tag", hint: "put it in quotes" }];
    const [finding] = findingsIn(reportOfCheck({ sites: [], problems, warnings: [] }));
    expect(finding).toMatchObject({ subject: "the file", message: "has a tag; put it in quotes" });
  });

  it("of a part of the file keeps its sentence", () => {
    const at = { file: "a.yaml", line: 3, column: 8, path: "errors.pages.404" };
    const problems = [{ ...at, message: "the file is not there" }];
    const [finding] = findingsIn(reportOfCheck({ sites: [], problems, warnings: [] }));
    expect(finding).toMatchObject({ subject: "errors.pages.404", message: "the file is not there" });
  });
});
