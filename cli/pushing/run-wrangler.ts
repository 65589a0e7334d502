// One command of wrangler, from its start to its end, in the folder of its configuration.
import { spawn } from "node:child_process";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { err, ok, type Result } from "../../shared/result.ts";
import { WRANGLER } from "../project.ts";
import type { Namespace } from "./place.ts";

/** Its standard output; on failure, all of its output. */
export function wrangler(
  words: readonly string[],
  { configFile }: Pick<Namespace, "configFile">,
): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [WRANGLER, ...words], {
      cwd: path.dirname(configFile),
      env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complained = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
    child.once("error", (error) => resolve(err(`wrangler could not be started: ${error.message}`)));
    child.once("close", (code) => {
      const said = stripVTControlCharacters(complained + printed).trim();
      resolve(code === 0 ? ok(printed) : err(said || `wrangler ended with ${code}`));
    });
  });
}
