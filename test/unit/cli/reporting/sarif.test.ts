// That the shape is that of SARIF 2.1.0 is what the types say (@types/sarif); here is what types do not see.
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import { sarifLog } from "../../../../cli/reporting/sarif.ts";
import { aFinding, aReport, NASTY } from "./a-report.ts";

const asNamed = (file: string): string => file;
const logOf = (...args: Parameters<typeof sarifLog>): Log => JSON.parse(sarifLog(...args)) as Log;
const resultsOf = (log: Log) => log.runs.flatMap(({ results }) => results ?? []);

describe("SARIF", () => {
  const findings = [
    aFinding(),
    aFinding({ kind: "failed-test", subject: "old links", message: "status: 1\nroute: 2" }),
    aFinding({ kind: "warning", message: "has no effect" }),
  ];
  const log = logOf(aReport("test", findings), "1.2.3", (file) => `edge/${file}`);

  it("names the tool, its version and its rules", () => {
    const [run] = log.runs;
    expect([log.version, log.runs.length]).toEqual(["2.1.0", 1]);
    expect(run?.tool.driver).toMatchObject({ name: "headgate", version: "1.2.3" });
    expect(run?.automationDetails).toEqual({ id: "headgate-test/" });
  });

  it("has each finding with a rule that it declares, a level, a text and a place", () => {
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    expect(
      resultsOf(log).map(({ ruleId, ruleIndex, level, message, locations }) => ({
        rule: [ruleId, rules[ruleIndex ?? -1]?.id, rules[ruleIndex ?? -1]?.defaultConfiguration?.level],
        level,
        text: message.text,
        places: locations?.map(({ physicalLocation }) => physicalLocation),
      })),
    ).toEqual(
      [
        { rule: ["site-file", "site-file", "error"], level: "error", text: "pools.web is not a known key" },
        { rule: ["test", "test", "error"], level: "error", text: "old links\nstatus: 1\nroute: 2" },
        { rule: ["no-effect", "no-effect", "warning"], level: "warning", text: "pools.web has no effect" },
      ].map((result) => ({
        ...result,
        places: [
          {
            artifactLocation: { uri: "edge/sites/shop.yaml" },
            region: { startLine: 5, startColumn: 48 },
          },
        ],
      })),
    );
  });

  it("has an empty list where all is well, which closes what was open before", () => {
    expect(logOf(aReport("check", [], ["the file is valid"]), "1.2.3", asNamed).runs[0]?.results).toEqual([]);
  });

  it.each<[file: string, uri: string]>([
    ["sites/a b%.yaml", "sites/a%20b%25.yaml"],
    ["sites/#1?.yaml", "sites/%231%3F.yaml"],
    ["c:x.yaml", "c%3Ax.yaml"],
    ["/srv/sites/a.yaml", "file:///srv/sites/a.yaml"],
    ["sites\\a.yaml", "sites/a.yaml"],
  ])("has a file as a URI: %s", (file, uri) => {
    const [result] = resultsOf(logOf(aReport("check", [aFinding({ file })]), "1.2.3", asNamed));
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(uri);
  });

  it.each(NASTY)("is JSON whatever it tells, with URIs: %j", (text) => {
    const report = aReport("check", [aFinding({ file: text, subject: text, message: text })]);
    const [result] = resultsOf(logOf(report, "1.2.3", asNamed));
    const uri = result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? "";
    expect(() => new URL(uri, "file:///repository/")).not.toThrow();
    expect(uri).toMatch(/^[\w%/.~!*'()-]+$/);
  });
});
