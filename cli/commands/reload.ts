// headgate reload: asks a running `headgate serve` to replace its processes.
import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import type { Command } from "commander";
import { err, ok, type Result } from "../../shared/result.ts";
import { EXIT_CODE_HELP, PROBLEMS, WRONG_USAGE } from "../ending.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { lastReloadIn, pidIn } from "../standalone/pid-file.ts";

const NOTES = `
The certificates are read again, and new processes take over the sockets. What is in flight finishes in the old ones.
Saved site files need no reload: they are live by themselves.

Example:
  npx headgate reload --pid-file /run/headgate.pid
`;

/** One that is under way is finished first. */
const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

interface Options {
  readonly pidFile: string;
  readonly json?: true;
}

export function addReloadCommand(program: Command): void {
  program
    .command("reload")
    .description("make a running `headgate serve` read its certificates again and replace its processes")
    .requiredOption("--pid-file <FILE>", "the file that `headgate serve --pid-file` wrote")
    .option("--json", "report as JSON (docs/commands.md)")
    .addHelpText("after", `${NOTES}${EXIT_CODE_HELP}`)
    .action(async ({ pidFile, json }: Options, command: Command) => {
      const pid = await pidIn(pidFile);
      if (pid === undefined || !(await mayServe(pid))) {
        const what =
          pid === undefined
            ? "does not hold the number of a process"
            : `is out of date: ${pid} does not serve`;
        return command.error(`error: ${pidFile} ${what}`, { exitCode: WRONG_USAGE });
      }
      const reloaded = await reload(pid, pidFile);
      if (json) {
        const error = reloaded.ok ? null : reloaded.error;
        console.log(JSON.stringify({ ok: reloaded.ok, pid, error }, null, 2));
        if (!reloaded.ok) process.exitCode = PROBLEMS;
        return;
      }
      if (!reloaded.ok) command.error(`error: ${reloaded.error}`, { exitCode: PROBLEMS });
      console.error(paintFor(process.stderr)("green", `process ${pid} has reloaded`));
    });
}

/** The error is a sentence. */
async function reload(pid: number, pidFile: string): Promise<Result<void, string>> {
  const askedAt = Date.now();
  try {
    process.kill(pid, "SIGHUP");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return err(code === "ESRCH" ? `process ${pid} has ended` : `process ${pid} cannot be told: ${code}`);
  }
  for (let waited = 0; waited < WITHIN_MS; waited += LOOK_EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    if ((await lastReloadIn(pidFile)) >= askedAt) return ok(undefined);
    if (!isThere(pid)) return err(`process ${pid} has ended`);
  }
  return err(`process ${pid} has not reloaded; its own output says why`);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const SIGHUP_BIT = 1n << BigInt(constants.signals.SIGHUP - 1);

/**
 * The number in an old file may belong to any other process by now, and the signal would end it, unless it waits for that
 * signal. Only /proc can tell; where there is none, the number is believed.
 */
async function mayServe(pid: number): Promise<boolean> {
  const [words, status] = await Promise.all(
    ["cmdline", "status"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => undefined)),
  );
  if (words === undefined || status === undefined) return true; // there is no such process, or no /proc
  const [, caught = "0"] = /^SigCgt:\s*([\da-f]+)$/m.exec(status) ?? [];
  return words.split("\0").includes("serve") && (BigInt(`0x${caught}`) & SIGHUP_BIT) !== 0n;
}
