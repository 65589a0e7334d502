// What the command line says to a call that runs no command, asked without a process of its own.
import { createProgram, exitCodeOf } from "../../../cli/program.ts";
import type { Ran } from "./run-headgate.ts";

export async function askProgram(words: readonly string[]): Promise<Ran> {
  const program = createProgram();
  let out = "";
  let err = "";
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => {
        out += text;
      },
      writeErr: (text) => {
        err += text;
      },
      outputError: (text, write) => write(text), // without colours, whatever the terminal
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    });
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return { code: 0, out, err };
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    return { code, out, err };
  }
}
