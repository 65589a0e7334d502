// On a terminal good lines are green, bad ones red, and warnings yellow.
import { describe, expect, it } from "vitest";
import { BROKEN, SHOP, UNREACHABLE, WRONG_EXPECTATIONS } from "./fixtures.ts";
import { runHeadgate, useFolder } from "./run-headgate.ts";

const green = (text: string): string => `\x1b[32m${text}\x1b[39m`;
const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
const yellow = (text: string): string => `\x1b[33m${text}\x1b[39m`;

describe("a terminal", () => {
  const folder = useFolder({
    "sites/shop.yaml": SHOP,
    "broken.yaml": BROKEN,
    "unreachable.yaml": UNREACHABLE,
    "wrong.yaml": WRONG_EXPECTATIONS,
  });
  const colours = { FORCE_COLOR: "1", NO_COLOR: "" };
  const shown = async (words: readonly string[], env: Record<string, string> = colours) => {
    const { out, err } = await runHeadgate(folder.path, words, env);
    return out + err;
  };

  const rows: [words: string[], parts: string[]][] = [
    [["check"], [`${green("sites/shop.yaml")}  shop.example.com`]],
    [
      ["check", "broken.yaml"],
      [`${red("broken.yaml:9:14")}  routes[0]`, red("2 problems in 1 file")],
    ],
    [
      ["check", "unreachable.yaml"],
      [`${yellow("unreachable.yaml:5:5")}  routes[1]`, yellow("1 warning in 1 file")],
    ],
    [["test"], [`  ${green("ok")}    old links move`, green("3 tests: 3 passed, 0 failed")]],
    [
      ["test", "wrong.yaml"],
      [
        `  ${red("FAIL  GET https://wrong.example.com/old/a")}`,
        `status: expected ${green("301")}`,
        `actual ${red("308")}`,
        red("3 tests: 1 passed, 2 failed"),
      ],
    ],
    [
      ["explain", "https://shop.example.com/old/a"],
      [green("yes"), green("+ location: /new/a")],
    ],
    [["explain", "https://nobody.example.com/"], [red("404 no-site")]],
    [["check", "nowhere.yaml"], [red("error: no such file or folder: nowhere.yaml\n")]],
  ];
  it.each(rows)("shows %j in colours", async (words, parts) => {
    const text = await shown(words);
    for (const part of parts) expect(text).toContain(part);
  });

  it("shows none with NO_COLOR, and other programs get none in any case", async () => {
    expect(await shown(["check", "broken.yaml"], { NO_COLOR: "1" })).not.toContain("\x1b");
    expect(await shown(["test", "wrong.yaml", "--json"])).not.toContain("\x1b");
    expect(await shown(["check", "broken.yaml", "--format", "junit"])).not.toContain("\x1b");
  });
});
