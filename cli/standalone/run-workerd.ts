// Starts one `workerd` process with a compiled configuration, and reports when it listens.
import { spawn } from "node:child_process";
import { endWithUs } from "../ending.ts";
import { workerdBinary } from "./bundle.ts";
import { type CompiledConfig, compileConfig, type Program } from "./compile-config.ts";
import { type OnOutput, type OnRecords, Output, portsOf } from "./workerd-output.ts";

export interface Standalone extends Omit<Program, "sockets"> {
  /** `127.0.0.1:8787`; port 0 for any free port. */
  readonly address: string;
  /** For profiling: the address that workerd's inspector listens on. */
  readonly inspector?: string;
  /** Each line that workerd prints, once it listens. If it never does, the error contains what it printed before. */
  readonly onOutput: OnOutput;
  readonly onRecords?: OnRecords;
}

/** workerd ends by itself when the last connection is closed. A WebSocket or a slow download may stay open for ever. */
const GRACE_MS = 3_000;
/** Sixty-four of them on two cores take four seconds. */
const STARTS_WITHIN_MS = 60_000;

export interface RunningWorkerd {
  readonly port: number;
  readonly pid: number;
  /** Ends it, giving requests in progress a few seconds. Resolves when it has ended. */
  stop(graceMs?: number): Promise<void>;
  /** Resolves with the exit code when it ends, for whatever reason. */
  readonly ended: Promise<number | null>;
}

/** One process that opens its own socket. Rejects with workerd's output if it ends before it listens. */
export async function runWorkerd(standalone: Standalone): Promise<RunningWorkerd> {
  const { address, inspector, onOutput, onRecords } = standalone;
  const sockets = [{ name: "edge", address, service: { kind: "edge" } }] as const;
  const config = await compileConfig({ ...standalone, sockets });
  const started = startWorkerd({
    config,
    ...(inspector !== undefined && { inspector }),
    onOutput,
    ...(onRecords && { onRecords }),
  });
  const ports = await started.listening;
  return { ...started, port: ports.get("edge") ?? 0 };
}

export interface Starting {
  readonly config: CompiledConfig;
  /** Sockets that it inherits, by their names in the configuration. */
  readonly descriptors?: ReadonlyMap<string, number>;
  /** Other addresses for sockets than in the configuration. */
  readonly addresses?: ReadonlyMap<string, string>;
  readonly inspector?: string;
  readonly onOutput: OnOutput;
  readonly onRecords?: OnRecords;
}

export interface StartedWorkerd extends Omit<RunningWorkerd, "port"> {
  /** The port of each socket, when all of them listen. Rejects with workerd's output if it ends before. */
  readonly listening: Promise<ReadonlyMap<string, number>>;
}

const FIRST_INHERITED = 4;

export function startWorkerd({
  config,
  descriptors,
  addresses,
  inspector,
  onOutput,
  onRecords,
}: Starting): StartedWorkerd {
  const inherited = [...(descriptors ?? [])];
  const child = spawn(
    workerdBinary,
    [
      ...["serve", "--binary", "--control-fd=3"],
      ...inherited.map(([name], index) => `--socket-fd=${name}=${FIRST_INHERITED + index}`),
      ...[...(addresses ?? [])].map(([name, address]) => `--socket-addr=${name}=${address}`),
      ...(inspector === undefined ? [] : [`--inspector-addr=${inspector}`]),
      "-",
    ],
    {
      stdio: ["pipe", "pipe", "pipe", "pipe", ...inherited.map(([, fd]) => fd)],
      env: { ...process.env, ...config.environment },
      detached: true, // Ctrl-C reaches only us, and we decide how it ends
    },
  );
  child.stdin?.on("error", () => {}); // it ended before it read its configuration, which `ended` reports
  child.stdin?.end(config.bytes);
  const release = child.pid === undefined ? () => {} : endWithUs([child.pid]);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  }).finally(release);
  if (!child.stdout) throw new Error("the system has no descriptor left for another process");
  const output = new Output(child, onOutput, onRecords);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, STARTS_WITHIN_MS);
  void ended.then(() => clearTimeout(late));
  const listening = portsOf(child, config.sockets.length).then((ports) => {
    clearTimeout(late);
    output.passOn();
    return ports;
  });
  const tooEarly = ended.then((code) => {
    const ended = code === null ? "was killed" : `ended with ${code}`;
    const what = isLate ? `did not listen within ${STARTS_WITHIN_MS / 1_000} s` : ended;
    throw new Error([`workerd ${what}${output.early.length > 0 ? ":" : ""}`, ...output.early].join("\n"));
  });
  tooEarly.catch(() => {}); // after it listened, an end is no error of its start
  return {
    pid: child.pid ?? 0,
    ended,
    listening: Promise.race([listening, tooEarly]),
    stop: async (graceMs = GRACE_MS) => {
      child.kill("SIGTERM");
      const last = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(last);
    },
  };
}
