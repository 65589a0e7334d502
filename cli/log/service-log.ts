// Where the records of `headgate serve` go: to standard output, or to a file that is opened anew on SIGUSR1. Neither can hold up
// the edge.
import { ok, type Result } from "../../shared/result.ts";
import { endWithReader } from "../ending.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { openLogFile } from "./log-file.ts";

export interface ServiceLog {
  /** Whole lines, each with its end. */
  records(lines: Uint8Array): void;
  reopen(): void;
  /** Whether everything was written in that time. */
  end(withinMs: number): Promise<boolean>;
}

/** The error is a sentence. */
export async function openServiceLog(
  file: string | undefined,
  tell: (sentence: string) => void,
): Promise<Result<ServiceLog, string>> {
  const onDropped = (lines: number) =>
    tell(`${lines} log records were dropped: ${file ?? "standard output"} was not read`);
  if (file === undefined) {
    process.stdout.off("error", endWithReader); // a service outlives the reader of its log
    const output = new BoundedOutput(process.stdout, {
      onDropped,
      onGone: (code) => tell(`standard output cannot be written (${code}); log records are dropped`),
    });
    return ok({
      records: (lines) => output.write(lines),
      reopen: () => tell("the log goes to standard output: there is no file to open anew"),
      end: (ms) => output.end(ms),
    });
  }
  const opened = await openLogFile({ path: file, tell });
  if (!opened.ok) return opened;
  const output = new BoundedOutput(opened.value, { onDropped });
  return ok({
    records: (lines) => output.write(lines),
    reopen: () => void opened.value.reopen(),
    end: async (ms) => {
      const isWritten = await output.end(ms);
      opened.value.end();
      return isWritten;
    },
  });
}
