// Describes the machine of a run, so that readers can compare it with their own. It contains nothing about its owner.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Machine } from "../result.ts";

export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cores: cpus.length,
    cpu: cpus[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: systemName(),
    versions: versions(),
  };
}

function systemName(): string {
  const [, name] = /^PRETTY_NAME="?([^"\n]*)/m.exec(textOf("/etc/os-release")) ?? [];
  return `${name ?? os.type()}, kernel ${os.release().split("-")[0]}`;
}

function versions(): Record<string, string> {
  const found = {
    node: process.versions.node,
    ...Object.fromEntries(["workerd", "miniflare", "hono", "reflare"].map((name) => [name, ofPackage(name)])),
    wrk: printedBy("wrk", ["-v"], /^wrk (?:debian\/)?(\S+)/m),
    nginx: printedBy("nginx", ["-v"], /nginx\/(\S+)/),
    varnish: printedBy("varnishd", ["-V"], /varnish-(\S+)/),
    haproxy: printedBy("haproxy", ["-v"], /version (\S+)/),
  };
  return Object.fromEntries(Object.entries(found).filter(([, version]) => version !== ""));
}

/** Reads the file itself, because not every package allows its package.json to be imported. */
function ofPackage(name: string): string {
  const file = path.join(import.meta.dirname, `../../node_modules/${name}/package.json`);
  return (JSON.parse(textOf(file) || "{}") as { version?: string }).version ?? "";
}

/** Some programs print their version to stderr, and wrk then exits with 1. */
function printedBy(command: string, args: string[], pattern: RegExp): string {
  let printed = "";
  try {
    printed = execFileSync("/bin/sh", ["-c", `${[command, ...args].join(" ")} 2>&1`], { encoding: "utf8" });
  } catch (error) {
    printed = String((error as { stdout?: string }).stdout ?? "");
  }
  return pattern.exec(printed)?.[1]?.replace(/[,;)]$/, "") ?? "";
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
