// Starts the `workerd` binary on a folder with its configuration, and tells when it listens.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type StandaloneConfig, workerdConfig } from "./workerd-config.ts";

// The package is CommonJS without types; its default export is the binary's path.
const workerdBinary = (createRequire(import.meta.url)("workerd") as { default: string }).default;

export interface Standalone extends StandaloneConfig {
  /** The Worker's module text. */
  readonly worker: string;
  /** Site texts by host pattern. */
  readonly sites: Readonly<Record<string, string>>;
  /** Where the files are written; emptied first. */
  readonly folder: string;
  readonly onOutput: (line: string, stream: "stdout" | "stderr") => void;
}

export interface RunningWorkerd {
  readonly port: number;
  readonly pid: number;
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
  /** Resolves with the exit code when it ends, for whatever reason. */
  readonly ended: Promise<number | null>;
}

/** Rejects where workerd ends before it listens, with what it printed. */
export async function runWorkerd(standalone: Standalone): Promise<RunningWorkerd> {
  const { folder } = standalone;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 }); // the configuration may hold a private key
  await writeFile(path.join(folder, "worker.js"), standalone.worker);
  await writeFile(path.join(folder, "sites.json"), JSON.stringify(standalone.sites));
  await writeFile(path.join(folder, "workerd.capnp"), workerdConfig(standalone), { mode: 0o600 });

  const child = spawn(workerdBinary, ["serve", "--control-fd=3", path.join(folder, "workerd.capnp")], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const printed: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    createInterface({ input: child[stream] as Readable }).on("line", (line) => {
      if (printed.length < 50) printed.push(line);
      standalone.onOutput(line, stream);
    });
  }
  const port = await listeningPort(child, ended, printed);
  return {
    port,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function listeningPort(
  child: ChildProcess,
  ended: Promise<number | null>,
  printed: string[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
      const message = JSON.parse(line) as { event: string; port?: number };
      if (message.event === "listen" && message.port !== undefined) resolve(message.port);
    });
    ended.then((code) => reject(new Error(`workerd ended with ${code}:\n${printed.join("\n")}`)));
  });
}
