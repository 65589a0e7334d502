// A Worker of an embedding app for a test file: bundled as it stands, with the origins that it names replaced by those that
// the test has started, on a real workerd.
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { bundleWorker, COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { type RunningWorkerd, runWorkerd } from "../../cli/standalone/run-workerd.ts";
import { EdgeClient } from "./client.ts";
import type { TestOrigin } from "./origin.ts";

export class EmbeddingApp {
  #workerd: RunningWorkerd | undefined;
  readonly #clients: EdgeClient[] = [];
  readonly #output: string[] = [];

  async start(
    entry: string,
    origins: Readonly<Record<string, TestOrigin>>,
    sites: Record<string, string>,
  ): Promise<void> {
    let worker = await bundleWorker(path.join(import.meta.dirname, entry));
    for (const [name, { url }] of Object.entries(origins)) worker = worker.replaceAll(name, url);
    this.#workerd = await runWorkerd({
      worker,
      sites,
      address: "127.0.0.1:0",
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: COMPATIBILITY_FLAGS,
      vars: { HEADGATE_RUNS_ON: "standalone" },
      onOutput: (line) => this.#output.push(line),
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#workerd?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#workerd?.port}`;
  }

  client(host = "app.test"): EdgeClient {
    const client = new EdgeClient(this.url, host);
    this.#clients.push(client);
    return client;
  }

  /** The log records for this path so far. */
  // biome-ignore lint/suspicious/noExplicitAny: -- a test asserts on what it finds
  records(pathOf: string): any[] {
    return this.#output
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line))
      .filter(({ path }) => path === pathOf);
  }

  /** What workerd printed besides log records: uncaught exceptions, and what the app writes. */
  get complaints(): readonly string[] {
    return this.#output.filter((line) => !line.startsWith('{"time"'));
  }
}

/** One app for the whole test file. `origins` by the URL that stands for each in the entry. */
export function useEmbeddingApp(
  entry: string,
  origins: Readonly<Record<string, TestOrigin>>,
  sites: () => Record<string, string> = () => ({}),
): EmbeddingApp {
  const app = new EmbeddingApp();
  beforeAll(() => app.start(entry, origins, sites()));
  afterAll(() => app.stop());
  return app;
}
