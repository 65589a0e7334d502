// `npm run bench:profile -- WORK`: where does the time go? Samples the Worker on workerd while it works. Prints each function's
// share of the time, both its own and with everything that it called.
import { writeFile } from "node:fs/promises";
import { Argument, Command, CommanderError } from "commander";
import { bundleCache } from "./edges/bundles.ts";
import { onWorkerd } from "./edges/on-workerd.ts";
import { oneRequest } from "./load/one-request.ts";
import { wrk } from "./load/wrk.ts";
import { freePort } from "./machine/free-port.ts";
import { endOnSignals, ownFolder } from "./machine/own-folder.ts";
import { startOrigin } from "./origin.ts";
import type { CallFrame, CpuProfile } from "./profiling/cpu-profile.ts";
import { inspect } from "./profiling/inspector.ts";
import { type Share, sharesOf } from "./profiling/shares.ts";
import { shortened, sourcesOf } from "./profiling/source-of.ts";
import { PROFILED, type ProfiledWork } from "./profiling/works.ts";
import { allPushed } from "./pushed.ts";

interface Options {
  readonly seconds: string;
  readonly lines: string;
  readonly save?: string;
}

const INTERVAL_MICROS = 100;

async function profile({ sites, work, cold }: ProfiledWork, seconds: number): Promise<[CpuProfile, string]> {
  const folder = await ownFolder();
  const origin = await startOrigin(folder);
  const bundles = bundleCache("readable");
  const inspector = `127.0.0.1:${await freePort()}`;
  const edge = await onWorkerd(
    { worker: "headgate", sites: await allPushed(sites(origin.url)), inspector },
    { bundles, origin },
  );
  try {
    if (!cold) await wrk(edge.url, work, 1); // so that it is compiled and connected to the origin
    const profiler = await inspect(inspector);
    await profiler.start(INTERVAL_MICROS);
    if (cold) await oneRequest(`${edge.url}${work.path}`, work.headers ?? {});
    else await wrk(edge.url, work, seconds);
    const seen = await profiler.stop();
    profiler.close();
    return [seen, await bundles("headgate")];
  } finally {
    await edge.stop();
    await origin.stop();
  }
}

function print(seen: CpuProfile, bundle: string, lines: number): void {
  const fileOf = sourcesOf(bundle);
  const file = ({ url, lineNumber }: CallFrame) => (url === "" ? "runtime" : shortened(fileOf(lineNumber)));
  const named = (frame: CallFrame) => `${frame.functionName || "(anonymous)"}  ${file(frame)}`;
  const where = (frame: CallFrame) => (/^\(\w/.test(frame.functionName) ? frame.functionName : file(frame));
  const byFunction = sharesOf(seen, (frame) => (frame.functionName === "(idle)" ? "(idle)" : named(frame)));
  const known = (share: Share) => !share.place.startsWith("(root)");
  const table = (title: string, all: readonly Share[]) => {
    const rows = all
      .filter(known)
      .slice(0, lines)
      .map(({ place, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${place}`);
    console.log(`\n${title}\n${rows.join("\n")}`);
  };
  console.log(`${byFunction.busyMs.toFixed(0)} ms of the isolate's thread, idle time left out`);
  table("In its own code", byFunction.self);
  table("With what it called", byFunction.inclusive);
  table("By file, own code", sharesOf(seen, where).self);
}

const command = new Command("npm run bench:profile --")
  .description("Where Headgate's time goes, by V8's sampling profiler in workerd.")
  .addArgument(new Argument("<work>").choices(Object.keys(PROFILED)))
  .option("--seconds <n>", "of load", "4")
  .option("--lines <n>", "of each table", "30")
  .option("--save <file>", "write the profile there too: Chrome and VS Code open a .cpuprofile")
  .addHelpText(
    "after",
    `\n${Object.entries(PROFILED)
      .map(([name, { about }]) => `  ${name.padEnd(14)}${about}`)
      .join("\n")}`,
  )
  .exitOverride();

endOnSignals();

try {
  command.parse();
  const work = PROFILED[command.args[0] ?? ""];
  const { seconds, lines, save } = command.opts<Options>();
  if (work) {
    const [seen, bundle] = await profile(work, Number(seconds));
    print(seen, bundle, Number(lines));
    if (save !== undefined) await writeFile(save, JSON.stringify(seen));
  }
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else throw error;
}
