// Runs `headgate dev` from its start until Ctrl-C ends it.
import { endedByParent, toldToEnd } from "../ending.ts";
import { INTERRUPTED, PROBLEMS } from "../exit-codes.ts";
import { type DevOptions, runDev } from "./run-dev.ts";

export async function devUntilTold(options: DevOptions, onReady: (url: string) => void): Promise<void> {
  const told = Promise.race([toldToEnd(), endedByParent()]);
  try {
    const dev = await Promise.race([runDev(options), told]);
    // It may never be ready: if the code does not build, wrangler waits until it is fixed.
    if (typeof dev === "string") return process.exit(INTERRUPTED);
    onReady(dev.url);
    const crashed = await Promise.race([told.then(() => false), dev.ended.then(() => true)]);
    await dev.stop();
    if (crashed) throw new Error("wrangler dev ended unexpectedly");
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = PROBLEMS;
  }
}
