#!/usr/bin/env node
// headgate: the command line. Runs under the project's own Node, which runs TypeScript directly: `npx headgate`.
import { createProgram, exitCodeOf } from "./program.ts";

// The reader closed the pipe, as `| head` does.
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
