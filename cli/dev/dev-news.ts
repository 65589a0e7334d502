// The output of `headgate dev`: one formatted line for each request on a terminal, otherwise the log records
// themselves. Changes to the site files are reported on standard error.
import { stripVTControlCharacters } from "node:util";
import { siteNewsOn } from "../live/site-news.ts";
import { paintFor } from "../paint.ts";
import { prettyRecord } from "./pretty-record.ts";
import type { DevNews } from "./run-dev.ts";

export function newsOn(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): DevNews {
  const records = paintFor(stdout);
  const paint = paintFor(stderr);
  const say = (text: string) => void stderr.write(`${text}\n`);
  return {
    ...siteNewsOn(stderr),
    line: (text, line) => {
      if (line.kind === "record")
        stdout.write(`${stdout.isTTY ? prettyRecord(line.record, records) : text}\n`);
      if (line.kind === "warning") {
        say(stderr.isTTY ? `${paint("yellow", line.message)} ${JSON.stringify(line.evidence)}` : text);
      }
      // wrangler's bundler colours its errors even when told not to.
      if (line.kind === "other") say(stderr.isTTY ? text : stripVTControlCharacters(text));
    },
  };
}
