// Judges site files in a thread of its own. A file of 20,000 routes takes ten seconds. In the main thread, nobody would read the log of
// the edge meanwhile, which stops it, nor the files that it serves.
import path from "node:path";
import { Worker } from "node:worker_threads";
import { locateIn } from "../../shared/site/read-site-file.ts";
import type { Judge } from "../judge-file.ts";
import { IS_CHECKOUT, PROJECT } from "../project.ts";
import type { Judged, ToJudge } from "./judge-for-parent.ts";

const ENTRY = IS_CHECKOUT ? "cli/live/judge-for-parent.ts" : "dist/live/judge-for-parent.js";

/** Starting it takes a fraction of a second, and it takes 40 MB while it runs. Files change seldom, but then several times. */
const KEPT_FOR_MS = 60_000;

interface Waiting {
  readonly text: string;
  readonly file: string;
  readonly resolve: (outcome: Judged) => void;
  readonly reject: (error: Error) => void;
}

export class JudgingThread {
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** The thread has the first one: if it ends, that is the file which ended it. */
  readonly #waiting: Waiting[] = [];
  #isStopped = false;

  /** Rejects if the thread ends while it judges this file, for want of memory for example. The next file gets another thread. */
  readonly judge: Judge = async (text, file) => {
    const { site, ...rest } = await this.#askThread(text, file);
    return { ...rest, ...(site && { site: { ...site, locate: locateIn(text, file) } }) };
  };

  /** For good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const waiting = this.#waiting.splice(0);
    for (const { reject } of waiting) reject(new Error(IS_STOPPED));
    await this.#letGo();
  }

  #askThread(text: string, file: string): Promise<Judged> {
    if (this.#isStopped) return Promise.reject(new Error(IS_STOPPED));
    clearTimeout(this.#idle);
    const { promise, resolve, reject } = Promise.withResolvers<Judged>();
    this.#waiting.push({ text, file, resolve, reject });
    if (this.#waiting.length === 1) this.#judgeFirst();
    return promise;
  }

  #judgeFirst(): void {
    const [first] = this.#waiting;
    if (!first) {
      this.#idle = setTimeout(() => void this.#letGo(), KEPT_FOR_MS).unref();
      return;
    }
    this.#thread ??= this.#start();
    this.#thread.postMessage({ text: first.text, file: first.file } satisfies ToJudge);
  }

  #start(): Worker {
    const thread = new Worker(path.join(PROJECT, ENTRY));
    const ended = (error: Error) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#waiting.shift()?.reject(error);
      this.#judgeFirst();
    };
    thread.on("message", (judged: Judged) => {
      if (this.#thread !== thread) return;
      this.#waiting.shift()?.resolve(judged);
      this.#judgeFirst();
    });
    thread.on("error", ended);
    thread.on("messageerror", ended);
    thread.on("exit", (code) => ended(new Error(`the thread that judges site files has ended with ${code}`)));
    return thread;
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}

const IS_STOPPED = "it is told to end";
