// Writes records to the console in batches. Standalone, the console is a pipe, and each write costs as much as a fifth of a
// hit in memory. (docs/decisions/0034-records-are-written-in-batches.md)
import type { Log, World } from "../ports.ts";
import { consoleLog } from "./console-log.ts";

/** A record waits this long at most. If the isolate ends, one batch is lost. */
export const MAX_DELAY_MS = 100;
/** Some seventy lines. A pipe takes 64 KB at once. Smaller batches cost more: each write wakes the reader. */
const MAX_CHARS = 49_152;

export interface Batching extends Pick<World, "now" | "wait"> {
  readonly write?: (text: string) => void;
}

export function batchedLog({ now, wait, write = (text) => console.log(text) }: Batching): Log {
  let lines: string[] = [];
  let chars = 0;
  /** When the timer fires, if there is one. */
  let due: number | undefined;

  function flush(): void {
    if (lines.length > 0) write(lines.join("\n"));
    lines = [];
    chars = 0;
  }

  async function flushInTime(): Promise<void> {
    await wait(MAX_DELAY_MS);
    due = undefined;
    flush();
  }

  return {
    ...consoleLog,
    request(record, format) {
      const line = format(record);
      lines.push(line);
      chars += line.length;
      const time = now();
      // A timer belongs to the request that set it, and is lost if the runtime cancels that request.
      const isLost = due !== undefined && time > due + MAX_DELAY_MS;
      if (isLost) due = undefined;
      if (isLost || chars >= MAX_CHARS) flush();
      // One timer serves all batches until it fires.
      if (lines.length === 0 || due !== undefined) return undefined;
      due = time + MAX_DELAY_MS;
      return flushInTime();
    },
  };
}
