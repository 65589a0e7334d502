// A Worker on the bare `workerd` binary, in a process of its own.
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "../../cli/standalone/bundle.ts";
import { runWorkerd } from "../../cli/standalone/run-workerd.ts";
import type { Bench } from "../bench.ts";
import type { SiteTexts } from "../sites.ts";
import type { WorkerName } from "./bundles.ts";
import type { Edge } from "./edge.ts";

export interface Deployment {
  readonly worker: WorkerName;
  readonly sites?: SiteTexts;
  readonly vars?: Readonly<Record<string, string>>;
  /** The origin, if it is not the shared one. */
  readonly originUrl?: string;
  /** For a profile: the address of workerd's inspector. */
  readonly inspector?: string;
}

export async function onWorkerd(
  { worker, sites = {}, vars, originUrl, inspector }: Deployment,
  bench: Pick<Bench, "bundles" | "origin">,
): Promise<Edge> {
  const workerd = await runWorkerd({
    worker: await bench.bundles(worker),
    sites,
    address: "127.0.0.1:0",
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    vars: { HEADGATE_RUNS_ON: "standalone", ORIGIN: originUrl ?? bench.origin.url, ...vars },
    ...(inspector !== undefined && { inspector }),
    onOutput: firstComplaints(worker),
    onRecords: () => {}, // read as `headgate serve` reads them, and thrown away
  });
  return { url: `http://127.0.0.1:${workerd.port}`, pids: [workerd.pid], stop: () => workerd.stop() };
}

const COMPLAINTS = 3;

/** An error under load is repeated thousands of times, so only the first ones are shown. */
function firstComplaints(worker: WorkerName): (line: string, stream: "stdout" | "stderr") => void {
  let left = COMPLAINTS;
  return (line, stream) => {
    if (stream === "stderr" && left-- > 0) console.error(`${worker}: ${line}`);
  };
}
