// A second process on one port serves more, as far as there are cores. Started as `headgate serve --processes` does it, with the log
// on and strict security headers. The load generator needs a part of the second core.
import { NOTHING_NEEDED } from "../../cli/standalone/needed-endpoints.ts";
import { NO_ORIGIN_FILES } from "../../cli/standalone/origin-material.ts";
import { RunFolder } from "../../cli/standalone/run-folder.ts";
import { serveSites } from "../../cli/standalone/serve-sites.ts";
import type { Bench } from "../bench.ts";
import { contest } from "../contest.ts";
import type { Edge } from "../edges/edge.ts";
import { askFor, KEPT } from "../origin.ts";
import { AS_RUN, HOST, oneSite } from "../sites.ts";

async function served(processes: number, { origin }: Bench): Promise<Edge> {
  const made = await RunFolder.make();
  if (!made.ok) throw new Error(made.error);
  const folder = made.value;
  await folder.hold(new Map(Object.entries(oneSite(origin.url, AS_RUN))));
  const listeners = [{ name: "edge 0", option: "--port", host: "127.0.0.1", port: 0, kind: "http" }] as const;
  const started = await serveSites({
    ...{
      listeners,
      folder,
      objectsFolder: undefined,
      needed: NOTHING_NEEDED,
      originDoorway: undefined,
      fileServer: undefined,
      filesFor: undefined,
      originFiles: NO_ORIGIN_FILES,
      publishedSites: undefined,
      processes,
      adminTokens: undefined,
      hasSecret: false,
      secretsFile: undefined,
      cacheMemory: undefined,
      logFormat: undefined,
    },
    onOutput: () => {},
    onRecords: () => {},
    tell: () => {},
  });
  if (!started.ok) throw new Error(started.error);
  const service = started.value;
  const [listener] = service.listeners;
  return {
    url: `http://127.0.0.1:${listener?.port}`,
    pids: service.members().map(({ pid }) => pid),
    stop: async () => {
      await service.stop(0);
      await folder.remove();
    },
  };
}

const contender = (name: string, processes: number) => ({
  name,
  work: { ...askFor(KEPT, "10k"), headers: { Host: HOST } },
  onEveryCore: true,
  start: (bench: Bench) => served(processes, bench),
});

export const processes = contest({
  name: "processes",
  title: "10 KB hit in memory, one process and two on two cores",
  contenders: [contender("one process", 1), contender("two processes", 2)],
  comparisons: [{ of: "two processes", to: "one process" }],
});
