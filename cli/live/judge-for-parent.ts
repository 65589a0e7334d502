// The thread of judging-thread.ts: judges one file after the other.
import { parentPort } from "node:worker_threads";
import { judgeHere, type LoadedSite, type Outcome } from "../load-sites.ts";

export interface ToJudge {
  readonly id: number;
  readonly text: string;
  /** As the user would name it. */
  readonly file: string;
}

/** Functions cannot be sent. */
export interface Judged {
  readonly id: number;
  readonly outcome: Omit<Outcome, "site"> & { readonly site?: Omit<LoadedSite, "locate"> };
}

parentPort?.on("message", async ({ id, text, file }: ToJudge) => {
  const { site, ...rest } = await judgeHere(text, file);
  parentPort?.postMessage({
    id,
    outcome: { ...rest, ...(site && { site: sendable(site) }) },
  } satisfies Judged);
});

function sendable({ locate: _locate, ...data }: LoadedSite): Omit<LoadedSite, "locate"> {
  return data;
}
