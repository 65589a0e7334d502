// Loads an edge with `wrk`: one thread and 32 connections, each sending the next request as soon as it is answered.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onCore } from "../machine/cores.ts";
import { requireTool } from "../machine/tools.ts";
import { type Load, readWrkOutput } from "./wrk-output.ts";

export interface Work {
  /** The length of a correct answer's body, before it is compressed. */
  readonly bytes: number;
  /** That of a correct answer. Its body is then shorter by half at least. */
  readonly coding?: string;
  /** Includes the query. */
  readonly path: string;
  /** wrk recognises `Host` only in this spelling. Beside any other it sends a second one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A Lua script for wrk, if requests differ from one another, and its arguments. */
  readonly script?: { readonly file: string; readonly args: readonly string[] };
  /** After how many requests a script starts again. */
  readonly different?: number;
}

const CONNECTIONS = 32;

export async function wrk(url: string, work: Work, seconds: number): Promise<Load> {
  const headers = Object.entries(work.headers ?? {}).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const { script } = work;
  const args = [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    "--timeout=10s", // on a busy machine an engine that compresses at each hit may take longer than the default of 2 s
    ...headers,
    ...(script ? ["-s", script.file] : []),
    `${url}${work.path}`,
    ...(script ? ["--", ...script.args] : []),
  ];
  const [program, ...rest] = onCore("load", [requireTool("wrk"), ...args]);
  const { stdout } = await promisify(execFile)(program, rest);
  return readWrkOutput(stdout);
}
