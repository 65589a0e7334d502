// Runs `headgate serve` from its start until it is told to end: the sites kept live, the processes, and what signals ask for.
import type { Server } from "node:http";
import { availableParallelism } from "node:os";
import { ok, type Result } from "../../shared/result.ts";
import { keepLive, type SiteNews } from "../live/keep-live.ts";
import { makeSitesFolder, type SitesFolder } from "../live/sites-folder.ts";
import type { LoadedSites } from "../load-sites.ts";
import { serveHealth } from "./health-server.ts";
import { removePidFile, writePidFile } from "./pid-file.ts";
import { type RunningService, type Serving, serveSites } from "./serve-sites.ts";

export interface ServiceOptions extends Omit<Serving, "sitesFolder"> {
  /** The folder of site files, and what was read from it without a problem. */
  readonly folder: string;
  readonly loaded: LoadedSites;
  readonly news: SiteNews;
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly pidFile: string | undefined;
}

export interface Service extends Pick<RunningService, "listeners"> {
  readonly healthPort: number | undefined;
  reload(): Promise<void>;
  /** Requests in progress have so long to finish. Nothing is left afterwards. */
  end(graceMs: number): Promise<void>;
}

export const processesFor = (wanted: number | "auto"): number =>
  wanted === "auto" ? availableParallelism() : wanted;

/** The error is a sentence. */
export async function runService(options: ServiceOptions): Promise<Result<Service, string>> {
  const { folder, loaded, news, tell, pidFile } = options;
  const sitesFolder = await makeSitesFolder();
  const count = { sites: loaded.sites.length, problems: 0 };
  const counting: SiteNews = {
    ...news,
    problems: (problems) => {
      count.problems = problems.length;
      news.problems(problems);
    },
  };
  const holder: Pick<SitesFolder, "hold"> = {
    hold: async (texts) => {
      count.problems = 0;
      await sitesFolder.hold(texts);
    },
  };
  const sites = await keepLive({ folder, loaded, tell: counting }, holder);
  const started = await serveSites({ ...options, sitesFolder: sitesFolder.path });
  const undo = async () => {
    await sites.stop();
    await sitesFolder.remove();
  };
  if (!started.ok) {
    await undo();
    return started;
  }
  const running = started.value;
  let isEnding = false;
  const health =
    options.health && (await startHealth(options.health, running, () => ({ ...count, isEnding })));
  if (pidFile !== undefined) await writePidFile(pidFile);
  let reloading = Promise.resolve();
  return ok({
    listeners: running.listeners,
    healthPort: health?.port,
    // One after the other: a signal may come again before the last reload is done.
    reload: () => {
      reloading = reloading.then(async () => {
        const reloaded = await running.reload();
        if (!reloaded.ok) return tell(`not reloaded, the old processes stay: ${reloaded.error}`);
        tell("reloaded: new processes serve, the old ones finish what they have");
        if (pidFile !== undefined) await writePidFile(pidFile);
      });
      return reloading;
    },
    end: async (graceMs) => {
      isEnding = true;
      await reloading;
      await running.stop(graceMs);
      health?.server.close();
      health?.server.closeAllConnections();
      if (pidFile !== undefined) await removePidFile(pidFile);
      await undo();
    },
  });
}

async function startHealth(
  { host, port }: { host: string; port: number },
  running: RunningService,
  observe: () => { sites: number; problems: number; isEnding: boolean },
): Promise<{ server: Server; port: number }> {
  const server = await serveHealth(host, port, () => ({ members: running.members(), ...observe() }));
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : port };
}
