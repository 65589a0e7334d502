#!/usr/bin/env node
// headgate: the command line. Runs under the project's own Node, which reads TypeScript as it is: `npx headgate`.
import { createProgram, exitCodeOf } from "./program.ts";

// Whoever reads us through `| head` has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  const code = exitCodeOf(error);
  if (code === undefined) throw error;
  process.exitCode = code;
}
