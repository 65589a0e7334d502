// What do the arguments of a command name? Site files, which are read here, a port to listen on, a share of the clients.
import { createServer } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import { PROBLEMS, WRONG_USAGE } from "./ending.ts";
import type { News } from "./live/news.ts";
import { type LoadedSites, loadSites } from "./load-sites.ts";
import { parseShare } from "./versioning/share.ts";

/** If it names none, the command ends with a clear error. */
export async function sitesNamed(paths: readonly string[], command: Command): Promise<LoadedSites> {
  const loaded = await loadSites(paths);
  return loaded.ok ? loaded.value : command.error(`error: ${loaded.error}`, { exitCode: WRONG_USAGE });
}

/**
 * For a command that does not start while a site has a problem. Undefined if there are problems: they have been told, and
 * the exit code is set.
 */
export async function sitesWithoutProblems(
  paths: readonly string[],
  command: Command,
  news: News,
  objections: (sites: LoadedSites["sites"]) => LoadedSites["problems"] = () => [],
): Promise<LoadedSites | undefined> {
  const loaded = await sitesNamed(paths, command);
  const { warnings } = loaded;
  const problems = [...loaded.problems, ...objections(loaded.sites)];
  if (warnings.length > 0) news.warnings(warnings);
  if (problems.length === 0) return loaded;
  news.notStarted(problems);
  process.exitCode = PROBLEMS;
  return undefined;
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

export const DEFAULT_PORT = 8787;

export function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

export function readShare(text: string): number {
  const share = parseShare(text);
  if (share === undefined)
    throw new InvalidArgumentError("Write a share above 0% and below 100%, such as 5%.");
  return share;
}
