// All descendants of a process (Linux only; an empty list elsewhere).
import { readdirSync, readFileSync } from "node:fs";

export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of everyProcess())
    children.set(parent, [...(children.get(parent) ?? []), child]);
  const found: number[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    const next = children.get(queue.shift() ?? 0) ?? [];
    found.push(...next);
    queue.push(...next);
  }
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function everyProcess(): [pid: number, parent: number][] {
  return numbersIn("/proc").flatMap((pid) => {
    try {
      const [, parent] = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      return [[pid, Number(parent)]] as [number, number][];
    } catch {
      return []; // it has ended in the meantime
    }
  });
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
