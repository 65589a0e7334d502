#!/usr/bin/env node
// headgate: the command line. Runs under the project's own Node, which runs TypeScript directly: `npx headgate`.
import { endWithReader, PROBLEMS } from "./ending.ts";
import { createProgram, exitCodeOf } from "./program.ts";

process.stdout.on("error", endWithReader);
process.stderr.on("error", () => {}); // nobody reads what would be said about it

try {
  await createProgram().parseAsync();
} catch (error) {
  const code = exitCodeOf(error) ?? sayWhatFailed(error as NodeJS.ErrnoException);
  if (code === undefined) throw error;
  process.exitCode = code;
}

/** A disk that is full or a file that may not be read is no bug, so it needs no stack. */
function sayWhatFailed({ syscall, message }: NodeJS.ErrnoException): number | undefined {
  if (syscall === undefined) return undefined;
  console.error(`error: ${message}`);
  return PROBLEMS;
}
