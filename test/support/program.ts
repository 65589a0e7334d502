// A program of the machine that a test runs: found, or installed from Debian's packages if that is permitted.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";

const INSTALL_WITHIN_MS = 150_000;

export type Found = { readonly binary: string } | { readonly missing: string };

/** As root, installs the package. It is never started as a service. */
export function findProgram(name: string, debianPackage = name): Found {
  const found = onPath(name);
  if (found) return { binary: found };
  if (process.getuid?.() !== 0) return { missing: `${name} is not installed, and only root may install it` };
  if (!onPath("apt-get"))
    return { missing: `${name} is not installed, and there is no apt-get to install it` };
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const options = { env, timeout: INSTALL_WITHIN_MS, encoding: "utf8" } as const;
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], options);
  if (install().status !== 0 && spawnSync("apt-get", ["update"], options).status === 0) install();
  const installed = onPath(name);
  return installed
    ? { binary: installed }
    : { missing: `${name} is not installed, and apt-get cannot install it` };
}

export function onPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return existsSync(file);
  } catch {
    return false;
  }
}
