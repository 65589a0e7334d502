// The thread of judging-thread.ts: judges one file after the other.
import { parentPort } from "node:worker_threads";
import { judgeHere, type LoadedSite, type Outcome } from "../judge-file.ts";

export interface ToJudge {
  readonly text: string;
  /** As the user would name it. */
  readonly file: string;
}

/** Functions cannot be sent. */
export type Judged = Omit<Outcome, "site"> & { readonly site?: Omit<LoadedSite, "locate"> };

// An error that it does not catch ends the thread, and the parent is told.
parentPort?.on("message", async ({ text, file }: ToJudge) => {
  const { site, ...rest } = await judgeHere(text, file);
  parentPort?.postMessage({ ...rest, ...(site && { site: sendable(site) }) } satisfies Judged);
});

function sendable({ locate: _locate, ...data }: LoadedSite): Omit<LoadedSite, "locate"> {
  return data;
}
