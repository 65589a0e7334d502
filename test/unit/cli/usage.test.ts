import { describe, expect, it } from "vitest";
import { createProgram } from "../../../cli/program.ts";
import { askProgram } from "./ask-program.ts";

const URL = "https://a.example.com/";

describe("a wrong call is told in a sentence, and ends with 2", () => {
  const calls: [words: string[], message: string][] = [
    [["chek"], "error: unknown command 'chek'\n(Did you mean check?)\n"],
    [["check", "--strict"], "error: unknown option '--strict'\n"],
    [["check", "nowhere.yaml"], "error: no such file or folder: nowhere.yaml\n"],
    [["test", "test/support"], "error: no site file (*.yaml, *.yml, *.json) in test/support\n"],
    [["explain"], "error: missing required argument 'REQUEST'\n"],
    [["explain", "/a.js"], "error: not a whole URL, with http:// or https:// in front: /a.js\n"],
    [["explain", "GE/T", URL], "error: not a method: GE/T\n"],
    [["explain", "GET", URL, "more"], "error: more than a method and a URL: more\n"],
    [
      ["explain", URL, "-H", "nonsense"],
      "error: option '-H, --header <'NAME: VALUE'>' argument 'nonsense' is invalid. Write it as 'name: value'.\n",
    ],
    [
      ["explain", URL, "--ip", "home"],
      "error: option '--ip <ADDRESS>' argument 'home' is invalid. Write four decimal numbers (192.0.2.1) or an IPv6 address (2001:db8::1).\n",
    ],
    ...["127.1", "010.0.0.1", "192.0.2.777", "0x7f.0.0.1", "2130706433", "192.0.2.1:80", "::1%eth0"].map(
      (ip): [string[], string] => [
        ["explain", URL, "--ip", ip],
        `error: option '--ip <ADDRESS>' argument '${ip}' is invalid. Write four decimal numbers (192.0.2.1) or an IPv6 address (2001:db8::1).\n`,
      ],
    ),
    [["explain", "GTE", URL], "error: not a method: GTE\n"],
    [
      ["explain", URL, "-H", "x-a: 日本"],
      "error: option '-H, --header <'NAME: VALUE'>' argument 'x-a: 日本' is invalid. The value has a character outside ASCII, which a header cannot carry; write it percent-encoded (%E6%97%A5), or leave it out.\n",
    ],
    [
      ["explain", URL, "--country", "Germany"],
      "error: option '--country <XX>' argument 'Germany' is invalid. Write a two-letter country code such as DE or US.\n",
    ],
    [
      ["check", "--json", "--format", "github"],
      "error: option '--json' cannot be used with option '--format <FORMAT>'\n",
    ],
    [
      ["test", "--format", "tap"],
      "error: option '--format <FORMAT>' argument 'tap' is invalid. Allowed choices are text, github, junit, sarif.\n",
    ],
    [["push"], "error: choose either --local or --remote, or --edge URL\n"],
    [["push", "--local", "--remote"], "error: choose either --local or --remote, or --edge URL\n"],
    [
      ["push", "--local", "--edge", "https://admin.test"],
      "error: choose either --local or --remote, or --edge URL\n",
    ],
    [
      ["push", "--edge", "https://admin.test", "--env", "staging"],
      "error: --env cannot be used with --edge\n",
    ],
    [["push", "--remote", "--persist-to", "x"], "error: --persist-to can only be used with --local\n"],
    ...["smoke.example.com", "https://a.example.com/path", "ftp://a.example.com"].map(
      (url): [string[], string] => [
        ["smoke", url],
        `error: command-argument value '${url}' is invalid for argument 'URL'. Write https:// or http:// and a host, without a path.\n`,
      ],
    ),
    [["smoke", URL, "nowhere.yaml"], "error: no such file or folder: nowhere.yaml\n"],
    [
      ["smoke", URL, "sites/demo.yaml"],
      "error: sites/demo.yaml is not a site that `headgate smoke --site` has made\n",
    ],
    [
      ["smoke", URL, "--site", "--path", "a.css"],
      "error: option '--path <PATH>' argument 'a.css' is invalid. Write a path that begins with /, without a query.\n",
    ],
  ];

  it.each(calls)("%j", async (words, message) => {
    expect(await askProgram(words)).toEqual({
      code: 2,
      out: "",
      err: `${message}Try \`npx headgate --help\`, or \`npx headgate COMMAND --help\`.\n`,
    });
  });

  it("with the list of commands where none is named", async () => {
    const answer = await askProgram([]);
    expect(answer).toMatchObject({ code: 2, out: "" });
    expect(answer.err).toContain("Usage: headgate [options] [command]\n");
  });
});

describe("--help", () => {
  it("of headgate names every command", async () => {
    const { code, out } = await askProgram(["--help"]);
    expect(code).toBe(0);
    for (const command of ["demo", "dev", "serve", "check", "test", "explain", "push", "smoke"]) {
      expect(out).toContain(`\n  ${command} `);
    }
  });

  it.each(createProgram().commands.map((command) => command.name()))(
    "of %s has an example and the exit codes",
    async (name) => {
      const { code, out } = await askProgram([name, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`Examples?:\n {2}npx headgate ${name} `));
      expect(out).toContain("Exit codes: 0 fine, 1 problems found, 2 wrong usage.");
    },
  );
});
