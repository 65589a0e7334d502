import { describe, expect, it } from "vitest";
import { githubCommands } from "../../../../cli/reporting/github.ts";
import { aFinding, aReport, NASTY } from "./a-report.ts";

const asNamed = (file: string): string => file;

/** As the runner reads a line: actions/toolkit, docs/commands.md. */
function readCommand(line: string): { name: string; properties: Record<string, string>; data: string } {
  const [, name = "", properties = "", data = ""] = /^::(\w+) (.*?)::(.*)$/s.exec(line) ?? [];
  const unescaped = (text: string) =>
    text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
  const pairs = properties.split(",").map((pair) => {
    const at = pair.indexOf("=");
    return [
      pair.slice(0, at),
      unescaped(
        pair
          .slice(at + 1)
          .replaceAll("%3A", ":")
          .replaceAll("%2C", ","),
      ),
    ];
  });
  return { name, properties: Object.fromEntries(pairs), data: unescaped(data) };
}

describe("GitHub's workflow commands", () => {
  it("mark a problem and a warning at their places", () => {
    const warning = aFinding({ kind: "warning", line: 7, column: 1, message: "has no effect" });
    expect(githubCommands(aReport("check", [aFinding(), warning]), asNamed)).toBe(
      "::error file=sites/shop.yaml,line=5,col=48,title=headgate check::sites/shop.yaml:5:48  pools.web  is not a known key\n" +
        "::warning file=sites/shop.yaml,line=7,col=1,title=headgate check::sites/shop.yaml:7:1  pools.web  has no effect",
    );
  });

  it("tell all lines of a failed test in one command", () => {
    const failed = aFinding({ kind: "failed-test", subject: "old links", message: "status: 1\nroute: 2" });
    expect(githubCommands(aReport("test", [failed], ["another"]), asNamed)).toBe(
      "::error file=sites/shop.yaml,line=5,col=48,title=headgate test::sites/shop.yaml:5:48  old links%0Astatus: 1%0Aroute: 2",
    );
  });

  it("name the file from the root of the repository, and in the log as it was named", () => {
    const command = githubCommands(aReport("check", [aFinding()]), (file) => `edge/${file}`);
    expect(command).toMatch(/^::error file=edge\/sites\/shop\.yaml,.*::sites\/shop\.yaml:5:48 /);
  });

  it("are nothing where all is well", () => {
    expect(githubCommands(aReport("check", [], ["the file is valid"]), asNamed)).toBe("");
  });

  it.each(NASTY)("arrive as they were, in one line: %j", (text) => {
    const file = `sites/${text}.yaml`;
    const command = githubCommands(
      aReport("check", [aFinding({ file, subject: text, message: text })]),
      asNamed,
    );
    expect(command).not.toMatch(/[\r\n]/);
    const { name, properties, data } = readCommand(command);
    expect([name, properties]).toEqual(["error", { file, line: "5", col: "48", title: "headgate check" }]);
    expect(data).toBe(`${file}:5:48  ${text}  ${text}`);
  });
});
