// The real Worker on a real workerd, with its log as workerd prints it. (test/support/edge.ts puts the log into memory.)
import { afterAll, beforeAll } from "vitest";
import {
  bundleWorker,
  COMPATIBILITY_DATE,
  COMPATIBILITY_FLAGS,
  WORKER_ENTRY,
} from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import type { SiteFile } from "../../shared/site/schema.ts";
import { asPushed } from "./as-pushed.ts";
import { EdgeClient } from "./client.ts";

export interface Printed {
  readonly line: string;
  readonly stream: "stdout" | "stderr";
  /** By `performance.now()`. */
  readonly at: number;
}

export class LoggedEdge {
  readonly printed: Printed[] = [];
  readonly #waiting = new Set<() => void>();
  #workerd: RunningWorkerd | undefined;

  /** The sites have the names of their hosts: `plain` is the site of `plain.test`. */
  async start(
    sites: Record<string, Omit<SiteFile, "hosts">>,
    vars: Record<string, string> = {},
  ): Promise<void> {
    const texts: Record<string, string> = {};
    for (const [name, site] of Object.entries(sites)) {
      const host = `${name}.test`;
      texts[host] = await asPushed(JSON.stringify({ hosts: [host], ...site }));
    }
    this.#workerd = await runWorkerd({
      worker: await bundleWorker(WORKER_ENTRY),
      sites: texts,
      address: "127.0.0.1:0",
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      vars: { HEADGATE_RUNS_ON: "standalone", ...vars },
      onOutput: (line, stream) => {
        this.printed.push({ line, stream, at: performance.now() });
        for (const look of this.#waiting) look();
      },
    });
  }

  /** Ends workerd, and resolves when it has ended. */
  async stop(): Promise<void> {
    await this.#workerd?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#workerd?.port}`;
  }

  client(name: string): EdgeClient {
    return new EdgeClient(this.url, `${name}.test`);
  }

  /** The lines of the log that contain this text. */
  linesWith(text: string): string[] {
    return this.printed.filter(({ line }) => line.includes(text)).map(({ line }) => line);
  }

  /** Resolves once as many lines as that contain the text. */
  async logged(text: string, count = 1): Promise<Printed[]> {
    for (;;) {
      const found = this.printed.filter(({ line }) => line.includes(text));
      if (found.length >= count) return found;
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  /** The record of the request whose path contains this text. */
  // biome-ignore lint/suspicious/noExplicitAny: -- a test asserts on what it finds
  async record(text: string): Promise<any> {
    const [found] = await this.logged(text);
    return JSON.parse(found?.line ?? "null");
  }
}

/** One edge for the whole test file. */
export function useLoggedEdge(
  sites: () => Record<string, Omit<SiteFile, "hosts">>,
  vars: Record<string, string> = {},
): LoggedEdge {
  const edge = new LoggedEdge();
  beforeAll(() => edge.start(sites(), vars));
  afterAll(() => edge.stop());
  return edge;
}
