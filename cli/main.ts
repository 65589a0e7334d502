#!/usr/bin/env node
// headgate: the command line. Runs under the project's own Node, which runs TypeScript directly: `npx headgate`.
import { endWithReader } from "./ending.ts";
import { createProgram, exitCodeOf } from "./program.ts";

process.stdout.on("error", endWithReader);

try {
  await createProgram().parseAsync();
} catch (error) {
  const code = exitCodeOf(error);
  if (code === undefined) throw error;
  process.exitCode = code;
}
