// The programs that the benchmark needs besides the project's own, and how to install them from Debian's packages.
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

export interface Tool {
  readonly command: string;
  readonly debianPackage: string;
  /** Without it no measurement is possible. Without any other tool, only that tool's rows are left out. */
  readonly needed: boolean;
}

const TOOLS = {
  wrk: { command: "wrk", debianPackage: "wrk", needed: true },
  nginx: { command: "nginx", debianPackage: "nginx-light", needed: true },
  taskset: { command: "taskset", debianPackage: "util-linux", needed: false },
  varnish: { command: "varnishd", debianPackage: "varnish", needed: false },
  haproxy: { command: "haproxy", debianPackage: "haproxy", needed: false },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** Includes the folders where Debian puts servers, which are not on every user's path. */
const FOLDERS = [...(process.env.PATH ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The path of the program; undefined if it is not installed. */
export function fileOf(name: ToolName): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, TOOLS[name].command)).find(isProgram);
}

/** The path of the program. Throws with instructions if it is not installed. */
export function requireTool(name: ToolName): string {
  const file = fileOf(name);
  if (file === undefined) throw new Error(howToGet([TOOLS[name]]));
  return file;
}

export const missing = (): Tool[] =>
  (Object.keys(TOOLS) as ToolName[]).filter((name) => fileOf(name) === undefined).map((name) => TOOLS[name]);

export const howToGet = (tools: readonly Tool[]): string =>
  `${tools.map(({ command }) => command).join(", ")} not installed: apt-get install ${tools.map(({ debianPackage }) => debianPackage).join(" ")} (as root, npm run bench -- --install does it)`;

/** Does not start their services: the benchmark starts what it needs on ports of its own. */
export function install(tools: readonly Tool[]): void {
  if (tools.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`only root may install; ${howToGet(tools)}`);
  const packages = tools.map(({ debianPackage }) => debianPackage);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  execFileSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
    stdio: ["ignore", "ignore", "inherit"],
    env,
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
