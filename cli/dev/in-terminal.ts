// `headgate dev` in a terminal: it runs until Ctrl-C ends it, and prints what happens meanwhile.
import { stripVTControlCharacters } from "node:util";
import { endedByParent, INTERRUPTED, PROBLEMS, toldToEnd } from "../ending.ts";
import { type News, newsOn } from "../live/news.ts";
import { BoundedOutput } from "../log/bounded-output.ts";
import { paintFor } from "../printing/terminal-text.ts";
import { type DevNews, type DevOptions, type RunningDev, runDev } from "./run-dev.ts";
import { prettyRecord } from "./wrangler-lines.ts";

const LAST_RECORDS_MS = 1_000;

/** What `dev` tells: its own news, and a line for each request. */
export type TerminalNews = News & DevNews;

export async function devUntilTold(
  options: DevOptions & { readonly tell: TerminalNews },
  onReady: (dev: RunningDev) => void,
): Promise<void> {
  const told = Promise.race([toldToEnd(), endedByParent()]);
  try {
    const dev = await Promise.race([runDev(options), told]);
    // It may never be ready: if the code does not build, wrangler waits until it is fixed.
    if (typeof dev === "string") return process.exit(INTERRUPTED);
    onReady(dev);
    const crashed = await Promise.race([told.then(() => false), dev.ended.then(() => true)]);
    await dev.stop();
    // What a reader has not taken by then would keep this process alive.
    setTimeout(() => process.exit(), LAST_RECORDS_MS).unref();
    if (crashed) throw new Error("wrangler dev ended unexpectedly");
  } catch (error) {
    options.tell.error((error as Error).message);
    process.exitCode = PROBLEMS;
  }
}

export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly json?: true | undefined;
}

/**
 * One formatted line for each request on a terminal, otherwise the log records themselves. Everything else is told on standard
 * error.
 */
export function terminalNews({ stdout, stderr, json }: Terminal): TerminalNews {
  const news = newsOn(stderr, json);
  const records = paintFor(stdout);
  const paint = paintFor(stderr);
  const say = (text: string) => void stderr.write(`${text}\n`);
  const log = new BoundedOutput(stdout, {
    onDropped: (lines) => news.notice(`${lines} log records were dropped: standard output was not read`),
  });
  return {
    ...news,
    line: (text, line) => {
      const isForPeople = stderr.isTTY && !json;
      if (line.kind === "record")
        log.write(Buffer.from(`${stdout.isTTY && !json ? prettyRecord(line.record, records) : text}\n`));
      if (line.kind === "warning") {
        say(
          isForPeople
            ? `${paint("yellow", line.message)} ${JSON.stringify(line.evidence)}`
            : news.output(text),
        );
      }
      // wrangler's bundler colours its errors even when told not to.
      if (line.kind === "other") say(isForPeople ? text : news.output(stripVTControlCharacters(text)));
    },
  };
}
