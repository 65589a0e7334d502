// The public suite of cache-tests.fyi, from a checkout: its origin server, its client and its own judgement.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fetch as fetchOfUndici } from "undici";
import { watchOver } from "./watch.ts";

export interface SuiteTest {
  readonly id: string;
  readonly name: string;
  readonly kind?: "required" | "optimal" | "check";
  readonly browser_only?: boolean;
}

export interface TestResult {
  readonly test: SuiteTest;
  /** By the suite's own judgement, dependencies honoured. */
  readonly passed: boolean;
  readonly why: string;
}

export interface RunOptions {
  /** One test's id. */
  readonly only?: string;
  readonly onProgress?: (done: number, all: number) => void;
}

interface TestSet {
  readonly name: string;
  readonly tests: SuiteTest[];
}

type RawResult = true | [string, string];

export class Suite {
  readonly #folder: string;

  /** Rejects where the folder is no checkout of the suite. */
  static async open(folder: string): Promise<Suite> {
    if (!existsSync(path.join(folder, "test-engine", "client", "runner.mjs"))) {
      throw new Error(`${folder} is no checkout of http-tests/cache-tests`);
    }
    return new Suite(path.resolve(folder));
  }

  private constructor(folder: string) {
    this.#folder = folder;
    // Its client asks for undici, which a bare checkout does not have: it gets ours.
    const ours = import.meta.resolve("undici");
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === "undici" ? { url: ours, shortCircuit: true } : next(specifier, context),
    });
  }

  /** The suite's own origin server. */
  async startOrigin(): Promise<{ url: string; stop(): void }> {
    const port = await freePort();
    const child: ChildProcess = spawn(process.execPath, ["test-engine/server/server.mjs"], {
      cwd: this.#folder,
      stdio: "ignore",
      env: {
        ...process.env,
        npm_config_protocol: "http",
        npm_config_port: String(port),
        npm_config_pidfile: path.join(os.tmpdir(), `headgate-conformance-${process.pid}-${port}.pid`),
      },
    });
    const url = `http://127.0.0.1:${port}`;
    await untilItAnswers(url);
    return { url, stop: () => void child.kill() };
  }

  /** Runs every test that is not a browser's alone. */
  async run(edgeUrl: string, { only, onProgress }: RunOptions = {}): Promise<TestResult[]> {
    const load = (file: string) => import(pathToFileURL(path.join(this.#folder, file)).href);
    const sets = (await load("tests/index.mjs")).default as TestSet[];
    const runner = await load("test-engine/client/runner.mjs");
    const { determineTestResult, resultTypes } = await load("test-engine/lib/results.mjs");
    // The client keeps its results in the module: a second run in one process starts with them emptied.
    const { testResults } = await load("test-engine/client/test.mjs");
    for (const id of Object.keys(testResults)) delete testResults[id];

    const chosen = only
      ? sets.map((set) => ({ ...set, tests: set.tests.filter((test) => test.id === only) }))
      : sets;
    // Some of its tests hand an Agent of that undici to `fetch`. Node's own, which is of another version, takes it and
    // never answers: those tests then end by their time-out, and now and then one does not end at all.
    globalThis.fetch = fetchOfUndici as unknown as typeof fetch;
    const all = chosen.flatMap((set) => set.tests).filter((test) => !test.browser_only);
    const watch = watchOver(
      all.map(({ id }) => id),
      testResults as Record<string, unknown>,
      onProgress,
    );
    await Promise.race([runner.runTests(chosen, false, edgeUrl), watch.stuck]).finally(watch.end);
    const results = runner.getResults() as Record<string, RawResult>;
    return all.map((test) => {
      const verdict = determineTestResult(sets, test.id, results, only === undefined);
      const passed = verdict === resultTypes.pass || verdict === resultTypes.yes;
      return { test, passed, why: explain(results[test.id], verdict === resultTypes.dependency_fail) };
    });
  }
}

function explain(result: RawResult | undefined, dependencyFailed: boolean): string {
  if (dependencyFailed) return "a test that it depends on was not passed";
  return Array.isArray(result) ? result.join(": ") : "";
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`the suite's origin server does not answer at ${url}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
