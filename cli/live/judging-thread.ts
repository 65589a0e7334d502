// Judges site files in a thread of its own. A file of 20,000 routes takes ten seconds. In the main thread, nobody would read the log of
// the edge meanwhile, which stops it, nor the files that it serves.
import path from "node:path";
import { Worker } from "node:worker_threads";
import { locateIn } from "../../shared/site/read-site-file.ts";
import type { Judge } from "../load-sites.ts";
import { IS_CHECKOUT, PROJECT } from "../project.ts";
import type { Judged, ToJudge } from "./judge-for-parent.ts";

const ENTRY = IS_CHECKOUT ? "cli/live/judge-for-parent.ts" : "dist/live/judge-for-parent.js";

/** Starting it takes a fraction of a second, and it takes 40 MB while it runs. Files change seldom, but then several times. */
const KEPT_FOR_MS = 60_000;

interface Waiting {
  readonly resolve: (outcome: Judged["outcome"]) => void;
  readonly reject: (error: Error) => void;
}

export class JudgingThread {
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  /** Rejects if the thread ends before it has judged the file. The next file gets another thread. */
  readonly judge: Judge = async (text, file) => {
    const { site, ...rest } = await this.#askThread(text, file);
    return { ...rest, ...(site && { site: { ...site, locate: locateIn(text, file) } }) };
  };

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#ended(new Error("it is told to end"));
    await thread?.terminate();
  }

  #askThread(text: string, file: string): Promise<Judged["outcome"]> {
    clearTimeout(this.#idle);
    const id = ++this.#count;
    const { promise, resolve, reject } = Promise.withResolvers<Judged["outcome"]>();
    this.#waiting.set(id, { resolve, reject });
    this.#thread ??= this.#start();
    this.#thread.postMessage({ id, text, file } satisfies ToJudge);
    return promise;
  }

  #start(): Worker {
    const thread = new Worker(path.join(PROJECT, ENTRY));
    const ended = (error: Error) => {
      if (this.#thread === thread) this.#ended(error);
    };
    thread.on("message", (judged: Judged) => this.#take(judged));
    thread.on("error", ended);
    thread.on("exit", (code) => ended(new Error(`the thread that judges site files has ended with ${code}`)));
    return thread;
  }

  #take({ id, outcome }: Judged): void {
    this.#waiting.get(id)?.resolve(outcome);
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.stop(), KEPT_FOR_MS).unref();
  }

  #ended(error: Error): void {
    this.#thread = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
