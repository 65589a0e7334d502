// docs/commands.md shows what the commands really print: each of its examples is run, and the page compared with what
// came out. After a change that is meant: npx vitest run test/unit/cli/docs.test.ts -u
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { useFolder } from "./run-headgate.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const PAGE = path.join(ROOT, "docs/commands.md");
const page = readFileSync(PAGE, "utf8");

describe("docs/commands.md", () => {
  const folder = useFolder({
    "sites/demo.yaml": readFileSync(path.join(ROOT, "sites/demo.yaml"), "utf8"),
    ...filesIn(page),
  });

  it("shows what the commands print", { timeout: 240_000 }, async () => {
    let actual = "";
    let last: number | null = 0;
    for (const part of page.split(/^(```console\n[\s\S]*?^```\n)/m)) {
      if (!part.startsWith("```console\n")) {
        actual += part;
        continue;
      }
      actual += "```console\n";
      for (const line of part.split("\n").filter((each) => each.startsWith("$ "))) {
        actual += `${line}\n`;
        if (line === "$ echo $?") {
          actual += `${last}\n`;
          continue;
        }
        const ran = await folder.headgate(...wordsOf(line));
        actual += ran.err + ran.out;
        last = ran.code;
      }
      actual += "```\n";
    }
    await expect(actual).toMatchFileSnapshot(PAGE);
  });
});

/** A fenced block with a name, "```yaml wrong.yaml", is a file of the examples. */
function filesIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^```yaml (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = "", content = ""]) => [
      name,
      content,
    ]),
  );
}

/** What stands behind `$ npx headgate`, as a shell would split it; a push never touches the store of the project. */
function wordsOf(line: string): string[] {
  const [, rest = ""] = /^\$ npx headgate (.*)$/.exec(line) ?? [];
  if (rest === "") throw new Error(`not a call of headgate: ${line}`);
  const words = [...rest.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  return words.includes("--local") ? [...words, "--persist-to", "state"] : words;
}
