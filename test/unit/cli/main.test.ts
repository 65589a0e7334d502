import { describe, expect, it } from "vitest";
import { useFolder } from "./run-headgate.ts";

describe("headgate", () => {
  const folder = useFolder({});

  it.each([
    [["chek"], "error: unknown command 'chek'\n(Did you mean check?)\n"],
    [["check", "--strict"], "error: unknown option '--strict'\n"],
    [["explain"], "error: missing required argument 'REQUEST'\n"],
  ])("tells of a wrong call in a sentence, and ends with 2: %j", async (words, message) => {
    expect(await folder.headgate(...words)).toEqual({
      code: 2,
      out: "",
      err: `${message}Try \`npx headgate --help\`, or \`npx headgate COMMAND --help\`.\n`,
    });
  });

  it("shows its commands where it is given none, and ends with 2", async () => {
    const ran = await folder.headgate();
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toContain("Usage: headgate");
  });

  it.each(["check", "test", "explain", "push"])(
    "%s --help has an example and the exit codes",
    async (command) => {
      const ran = await folder.headgate(command, "--help");
      expect(ran).toMatchObject({ code: 0, err: "" });
      expect(ran.out).toMatch(new RegExp(`Examples?:\n  npx headgate ${command} `));
      expect(ran.out).toContain("Exit codes: 0 fine, 1 problems found, 2 wrong usage.");
    },
  );
});
