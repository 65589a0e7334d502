// Waits until a process answers HTTP, or reports that it never will.
import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 15_000;

export async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`${child.spawnfile} does not answer`);
}
