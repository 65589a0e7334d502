// Loads an edge with `wrk`: one thread and 32 connections, as fast as they are answered.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onCore } from "../machine/cores.ts";
import { requireTool } from "../machine/tools.ts";
import { type Load, readWrkOutput } from "./wrk-output.ts";

export interface Work {
  /** Of the body of a right answer. */
  readonly bytes: number;
  /** And the query. */
  readonly path: string;
  /** wrk knows `Host` by that spelling only, and sends a second one beside any other. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A Lua script of wrk's, where requests differ from one another, and what it is given. */
  readonly script?: { readonly file: string; readonly args: readonly string[] };
  /** How many requests a script makes before it begins anew. */
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
    ...headers,
    ...(script ? ["-s", script.file] : []),
    `${url}${work.path}`,
    ...(script ? ["--", ...script.args] : []),
  ];
  const [program, ...rest] = onCore("load", [requireTool("wrk"), ...args]);
  const { stdout } = await promisify(execFile)(program, rest);
  return readWrkOutput(stdout);
}
