// `headgate dev` in a terminal: it runs until Ctrl-C ends it, and prints what happens meanwhile.
import { stripVTControlCharacters } from "node:util";
import { endedByParent, INTERRUPTED, PROBLEMS, toldToEnd } from "../ending.ts";
import { siteNewsOn } from "../live/site-news.ts";
import { BoundedOutput } from "../log/bounded-output.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { type DevNews, type DevOptions, runDev } from "./run-dev.ts";
import { prettyRecord } from "./wrangler-lines.ts";

const LAST_RECORDS_MS = 1_000;

export async function devUntilTold(options: DevOptions, onReady: (url: string) => void): Promise<void> {
  const told = Promise.race([toldToEnd(), endedByParent()]);
  try {
    const dev = await Promise.race([runDev(options), told]);
    // It may never be ready: if the code does not build, wrangler waits until it is fixed.
    if (typeof dev === "string") return process.exit(INTERRUPTED);
    onReady(dev.url);
    const crashed = await Promise.race([told.then(() => false), dev.ended.then(() => true)]);
    await dev.stop();
    // What a reader has not taken by then would keep this process alive.
    setTimeout(() => process.exit(), LAST_RECORDS_MS).unref();
    if (crashed) throw new Error("wrangler dev ended unexpectedly");
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = PROBLEMS;
  }
}

/**
 * One formatted line for each request on a terminal, otherwise the log records themselves. Changes to the site files are
 * reported on standard error.
 */
export function newsOn(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): DevNews {
  const records = paintFor(stdout);
  const paint = paintFor(stderr);
  const say = (text: string) => void stderr.write(`${text}\n`);
  const log = new BoundedOutput(stdout, {
    onDropped: (lines) => say(`${lines} log records were dropped: standard output was not read`),
  });
  return {
    ...siteNewsOn(stderr),
    line: (text, line) => {
      if (line.kind === "record")
        log.write(Buffer.from(`${stdout.isTTY ? prettyRecord(line.record, records) : text}\n`));
      if (line.kind === "warning") {
        say(stderr.isTTY ? `${paint("yellow", line.message)} ${JSON.stringify(line.evidence)}` : text);
      }
      // wrangler's bundler colours its errors even when told not to.
      if (line.kind === "other") say(stderr.isTTY ? text : stripVTControlCharacters(text));
    },
  };
}
