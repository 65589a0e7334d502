// Runs `wrangler dev` as a child process: quiet, without keyboard shortcuts, and ended together with everything it
// started.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { endWithUs } from "../ending.ts";
import { WRANGLER } from "../project.ts";
import { readWranglerLine, type WranglerLine } from "./wrangler-lines.ts";

/** After this long it is killed. */
const GRACE_MS = 5_000;

export interface WranglerOptions {
  readonly configFile: string;
  /** The same as wrangler's `--persist-to`. */
  readonly stateFolder: string;
  readonly host: string;
  readonly port: number;
  readonly vars: Readonly<Record<string, string>>;
  /** Further arguments: what private-vars.ts says. */
  readonly privateVars: readonly string[];
  /** Removed if this process is killed before it can do so itself. */
  readonly folders: readonly string[];
  readonly onLine: (text: string, line: WranglerLine) => void;
}

export interface RunningWrangler {
  readonly url: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Rejects with wrangler's output if it ends before it listens. */
export async function runWrangler(options: WranglerOptions): Promise<RunningWrangler> {
  const child = spawn(process.execPath, [WRANGLER, ...argumentsFor(options)], {
    cwd: path.dirname(options.configFile),
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C reaches only us, and at the end the whole group is ended together.
    detached: true,
    env: {
      ...process.env,
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_SEND_METRICS: "false",
      // Otherwise it asks the network for an example of `request.cf`, and warns if that fails.
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
    },
  });
  const release = child.pid === undefined ? () => {} : endWithUs([-child.pid], options.folders, true);
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      release();
      signalGroup(child, "SIGKILL"); // a workerd that outlived its parent
      resolve();
    }),
  );
  const url = await readyUrl(child, ended, options.onLine);
  return { url, ended, stop: () => endGroup(child, ended) };
}

function argumentsFor(options: WranglerOptions): string[] {
  const { configFile, stateFolder, host, port, vars, privateVars } = options;
  const told = Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  return [
    "dev",
    ...["--config", configFile, "--persist-to", stateFolder, "--ip", host, "--port", String(port)],
    ...["--show-interactive-dev-session=false", "--log-level", "log"],
    ...told,
    ...privateVars,
  ];
}

function readyUrl(
  child: ChildProcess,
  ended: Promise<void>,
  onLine: WranglerOptions["onLine"],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as Readable }).on("line", (text) => {
        const line = readWranglerLine(text);
        if (line.kind === "ready") resolve(line.url);
        else if (line.kind !== "noise") said.push(text);
        onLine(text, line);
      });
    }
    ended.then(() => reject(new Error(`wrangler dev ended:\n${said.join("\n")}`)));
  });
}

async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  signalGroup(child, "SIGTERM");
  const last = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
  await ended;
  clearTimeout(last);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // No process is left in the group.
  }
}
