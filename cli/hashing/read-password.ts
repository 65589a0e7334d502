// Reads a password: from a terminal without showing it, or the first line of a pipe.
import { createInterface } from "node:readline";
import type { ReadStream } from "node:tty";

/** Undefined if there is none. */
export async function readPassword(input: NodeJS.ReadStream, prompt: string): Promise<string | undefined> {
  if (input.isTTY) return typedAt(input as ReadStream, prompt);
  for await (const line of createInterface({ input })) return line;
  return undefined;
}

const INTERRUPT = "\u0003";
const END = "\u0004";

function typedAt(terminal: ReadStream, prompt: string): Promise<string | undefined> {
  process.stderr.write(prompt);
  terminal.setRawMode(true);
  terminal.setEncoding("utf8");
  return new Promise((resolve) => {
    let typed = "";
    const end = (password: string | undefined) => {
      terminal.off("data", take);
      terminal.setRawMode(false);
      terminal.pause();
      process.stderr.write("\n");
      resolve(password);
    };
    const take = (text: string) => {
      for (const character of text) {
        if (character === "\r" || character === "\n") return end(typed);
        if (character === INTERRUPT || character === END) return end(undefined);
        typed = character === "\u007f" ? typed.slice(0, -1) : typed + character;
      }
    };
    terminal.on("data", take);
  });
}
