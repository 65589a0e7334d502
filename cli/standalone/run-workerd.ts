// Starts the `workerd` binary on a folder with its configuration, and reports when it listens.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type StandaloneConfig, workerdConfig } from "./workerd-config.ts";

// The package is CommonJS without types. Its default export is the path of the binary.
const workerdBinary = (createRequire(import.meta.url)("workerd") as { default: string }).default;

export interface Standalone extends StandaloneConfig {
  /** The text of the Worker's module. */
  readonly worker: string;
  /** Site texts by host pattern. */
  readonly sites: Readonly<Record<string, string>>;
  /** The folder for the files; emptied first. */
  readonly folder: string;
  /** For profiling: the address that workerd's inspector listens on. */
  readonly inspector?: string;
  /** Each line that workerd prints, once it listens. If it never does, the error contains what it printed before. */
  readonly onOutput: (line: string, stream: "stdout" | "stderr") => void;
}

/** workerd ends by itself when the last connection is closed. A WebSocket or a slow download may stay open for ever. */
const GRACE_MS = 3_000;

export interface RunningWorkerd {
  readonly port: number;
  readonly pid: number;
  /** Ends it, giving requests in progress a few seconds. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Resolves with the exit code when it ends, for whatever reason. */
  readonly ended: Promise<number | null>;
}

/** Rejects with workerd's output if it ends before it listens. */
export async function runWorkerd(standalone: Standalone): Promise<RunningWorkerd> {
  const { folder } = standalone;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 }); // the configuration may hold a private key
  await writeFile(path.join(folder, "worker.js"), standalone.worker);
  await writeFile(path.join(folder, "sites.json"), JSON.stringify(standalone.sites));
  await writeFile(path.join(folder, "workerd.capnp"), workerdConfig(standalone), { mode: 0o600 });

  const inspecting = standalone.inspector === undefined ? [] : [`--inspector-addr=${standalone.inspector}`];
  const args = ["serve", "--control-fd=3", ...inspecting, path.join(folder, "workerd.capnp")];
  const child = spawn(workerdBinary, args, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true, // Ctrl-C reaches only us, and we decide how it ends
  });
  const kill = () => child.kill("SIGKILL"); // it must not outlive us, however we end
  process.once("exit", kill);
  const ended = new Promise<number | null>((resolve) =>
    child.once("exit", (code) => {
      process.off("exit", kill);
      resolve(code);
    }),
  );
  let early: [line: string, stream: "stdout" | "stderr"][] | undefined = [];
  for (const stream of ["stdout", "stderr"] as const) {
    createInterface({ input: child[stream] as Readable }).on("line", (line) => {
      if (early) early.push([line, stream]);
      else standalone.onOutput(line, stream);
    });
  }
  const port = await listeningPort(child, ended).catch((code: number | null) => {
    throw new Error(`workerd ended with ${code}:\n${early?.map(([line]) => line).join("\n")}`);
  });
  for (const [line, stream] of early) standalone.onOutput(line, stream);
  early = undefined;
  return {
    port,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      const last = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(last);
    },
  };
}

/** Rejects with the exit code if it ends first. */
function listeningPort(child: ChildProcess, ended: Promise<number | null>): Promise<number> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
      const message = JSON.parse(line) as { event: string; port?: number };
      if (message.event === "listen" && message.port !== undefined) resolve(message.port);
    });
    ended.then(reject);
  });
}
