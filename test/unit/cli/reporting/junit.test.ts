import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { junitXml } from "../../../../cli/reporting/junit.ts";
import type { Report } from "../../../../cli/reporting/report.ts";
import { aFinding, aReport, NASTY } from "./a-report.ts";

describe("JUnit XML", () => {
  it("has a case for each test, and what failed in it", () => {
    const failed = aFinding({ kind: "failed-test", subject: "old links", message: "status: 1\nroute: 2" });
    expect(junitXml(aReport("test", [failed], ["new links"]))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="headgate test" tests="2" failures="1" errors="0" time="0">
  <testsuite name="sites/shop.yaml" tests="2" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="sites/shop.yaml" name="old links" file="sites/shop.yaml" line="5" time="0">
      <failure type="failed-test" message="status: 1">sites/shop.yaml:5:48  old links
status: 1
route: 2</failure>
    </testcase>
    <testcase classname="sites/shop.yaml" name="new links" file="sites/shop.yaml" time="0"/>
  </testsuite>
</testsuites>`);
  });

  it("has a problem as a failure of the check, and as an error of tests that could not run", () => {
    expect(junitXml(aReport("check", [aFinding()]))).toContain('failures="1" errors="0" skipped="0"');
    expect(junitXml(aReport("check", [aFinding()]))).toContain('<failure type="problem"');
    expect(junitXml(aReport("test", [aFinding()]))).toContain('failures="0" errors="1" skipped="0"');
    expect(junitXml(aReport("test", [aFinding()]))).toContain('<error type="problem"');
  });

  it("has warnings as output of a file that passes", () => {
    const xml = junitXml(aReport("check", [aFinding({ kind: "warning" })], ["the file is valid"]));
    expect(elementsOf(xml)).toEqual(["testsuites", "testsuite", "testcase", "system-out"]);
    expect(xml).toContain('failures="0" errors="0" skipped="0"');
  });

  it("is XML without anything to tell", () => {
    expect(elementsOf(junitXml({ command: "check", files: [] }))).toEqual(["testsuites"]);
  });

  it.each(NASTY)("is XML that says what it is: %j", (text) => {
    const report = aReport("test", [
      aFinding({ kind: "failed-test", file: text, subject: text, message: text }),
    ]);
    expect(elementsOf(junitXml(report))).toEqual(["testsuites", "testsuite", "testcase", "failure"]);
  });

  it("keeps what XML can say", () => {
    const text = `<b attr="'">&amp;]]> 日本 🎉`;
    const xml = junitXml(aReport("check", [aFinding({ subject: text, message: `${text}\n${text}` })]));
    const parsed = parse(xml);
    expect(parsed.attributes).toContain(text);
    expect(parsed.text).toContain(`${text}\n${text}`);
  });

  it("is well-formed whatever it tells", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const finding = fc
      .record({ file: text, subject: text, message: text })
      .map((parts) => aFinding({ kind: "failed-test", ...parts }));
    fc.assert(
      fc.property(
        fc.array(finding, { maxLength: 3 }),
        fc.array(text, { maxLength: 3 }),
        (findings, passed) => {
          const report: Report = aReport("test", findings, passed);
          expect(elementsOf(junitXml(report))).toHaveLength(2 + 2 * findings.length + passed.length);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

const elementsOf = (xml: string): string[] => parse(xml).elements;

/** Strictly: an error of the document, such as a character that XML does not have, is thrown. */
function parse(xml: string): { elements: string[]; attributes: string[]; text: string } {
  const read = { elements: [] as string[], attributes: [] as string[], text: "" };
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    read.elements.push(name);
    read.attributes.push(...Object.values(attributes));
  });
  parser.on("text", (text) => {
    read.text += text;
  });
  parser.write(xml).close();
  return read;
}
