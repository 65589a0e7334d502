// Runs `headgate serve` from its start until it is told to end: the sites kept live, the processes, and what signals ask for.
import { availableParallelism } from "node:os";
import { err, ok, type Result } from "../../shared/result.ts";
import { type FileServer, openFileServer } from "../files/file-server.ts";
import type { LoadedSite } from "../judge-file.ts";
import { JudgingThread } from "../live/judging-thread.ts";
import { type KeptLive, keepLive, type SiteHolder, type SiteNews } from "../live/keep-live.ts";
import type { LoadedSites } from "../load-sites.ts";
import { type HealthServer, serveHealth } from "./health-server.ts";
import type { Needed } from "./needed-endpoints.ts";
import type { OriginFiles } from "./origin-material.ts";
import { namesNotGiven } from "./origin-objections.ts";
import { removePidFile, writePidFile } from "./pid-file.ts";
import { ReachedOrigins } from "./reached-origins.ts";
import { RunFolder, tooLongToHold } from "./run-folder.ts";
import { type RunningService, type Serving, serveSites } from "./serve-sites.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";

export interface ServiceOptions
  extends Omit<
    Serving,
    "folder" | "objectsFolder" | "publishedSites" | "needed" | "originDoorway" | "fileServer"
  > {
  /** Of `--files DIR`: where the folders are that sites serve. */
  readonly filesRoot: string;
  /** Of `--state DIR`. */
  readonly stateFolder: string | undefined;
  /** The folder of site files, and what was read from it without a problem; undefined if the sites are in the state. */
  readonly files: { readonly sites: string; readonly loaded: LoadedSites } | undefined;
  readonly news: SiteNews;
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly pidFile: string | undefined;
}

export const processesFor = (wanted: number | "auto"): number =>
  wanted === "auto" ? availableParallelism() : wanted;

/** What keeps a valid site from being served here. */
export const objectionsWith =
  (files: OriginFiles) =>
  (sites: readonly LoadedSite[]): LoadedSites["problems"] => [
    ...tooLongToHold(sites),
    ...namesNotGiven(files)(sites),
  ];

/** A cleaner of temporary files looks less often. */
const UPKEEP_EVERY_MS = 60_000;

export class Service {
  readonly #options: ServiceOptions;
  readonly #folder: RunFolder;
  readonly #origins: ReachedOrigins;
  #state: StateFolder | undefined;
  #sites: KeptLive | undefined;
  readonly #judging = new JudgingThread();
  #health: HealthServer | undefined;
  #fileServer: FileServer | undefined;
  #running: RunningService | undefined;
  #upkeep: NodeJS.Timeout | undefined;
  #reloading = Promise.resolve();
  #isReloadQueued = false;
  #isEnding = false;

  /** The error is a sentence. Then nothing is left of what was started. */
  static async start(options: ServiceOptions): Promise<Result<Service, string>> {
    const folder = await RunFolder.make();
    if (!folder.ok) return folder;
    const service = new Service(options, folder.value);
    const started = await service.#start().catch((error: Error) => err(error.message));
    if (!started.ok) await service.end(0);
    return started.ok ? ok(service) : started;
  }

  private constructor(options: ServiceOptions, folder: RunFolder) {
    this.#options = options;
    this.#folder = folder;
    this.#origins = new ReachedOrigins({
      replace: (needed, withState) => this.#replace(needed, withState),
      tell: options.tell,
    });
  }

  async #start(): Promise<Result<void, string>> {
    const { health, files, news, pidFile, stateFolder, originFiles } = this.#options;
    if (stateFolder !== undefined) {
      const opened = await openStateFolder(stateFolder);
      if (!opened.ok) return opened;
      this.#state = opened.value;
    }
    if (health) {
      const served = await serveHealth(health, () => this.#observed());
      if (!served.ok) return served;
      this.#health = served.value;
    }
    if (files) {
      const { sites: folder, loaded } = files;
      const holder: SiteHolder = { hold: (texts, sites) => this.#hold(texts, sites) };
      const objections = objectionsWith(originFiles);
      this.#sites = await keepLive(
        { folder, loaded, judge: this.#judging.judge, objections, tell: news },
        holder,
      );
    }
    if (!files && this.#state) await this.#origins.openPublished(this.#state.sites, originFiles);
    const { needed } = this.#origins;
    this.#fileServer = await openFileServer(this.#options.filesRoot);
    const started = await serveSites({
      ...this.#options,
      needed,
      folder: this.#folder,
      objectsFolder: this.#state?.objects,
      publishedSites: files ? undefined : this.#state?.sites,
      originDoorway: this.#origins.doorway,
      fileServer: this.#fileServer,
    });
    if (!started.ok) return started;
    this.#running = started.value;
    this.#origins.has(needed);
    this.#upkeep = setInterval(() => void this.#keepFolder(), UPKEEP_EVERY_MS);
    return pidFile === undefined ? ok(undefined) : writePidFile(pidFile, new Date());
  }

  /** With the ports that were bound. */
  get listeners(): RunningService["listeners"] {
    return this.#running?.listeners ?? [];
  }

  get healthPort(): number | undefined {
    return this.#health?.port;
  }

  /** One after the other. A signal may come many times meanwhile: one more reload then serves them all. */
  reload(): Promise<void> {
    if (this.#isEnding || this.#isReloadQueued) return this.#reloading;
    this.#isReloadQueued = true;
    this.#reloading = this.#reloading.then(() => {
      this.#isReloadQueued = false;
      return this.#reloadOnce();
    });
    return this.#reloading;
  }

  /** Requests in progress have so long to finish. A reload that is under way is given up. Nothing is left afterwards. */
  async end(graceMs: number): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#upkeep);
    this.#origins.close();
    await this.#running?.stop(graceMs);
    this.#state?.release();
    await this.#reloading;
    this.#fileServer?.close();
    this.#health?.close();
    if (this.#options.pidFile !== undefined) await removePidFile(this.#options.pidFile);
    await Promise.all([this.#sites?.stop(), this.#judging.stop()]);
    await this.#folder.remove();
  }

  async #reloadOnce(): Promise<void> {
    const { tell, pidFile } = this.#options;
    const beganAt = new Date();
    const kept = await this.#folder.restore();
    const { needed } = this.#origins;
    await this.#origins.readMaterial();
    const reloaded = kept.ok && this.#running ? await this.#running.reload(needed) : kept;
    if (reloaded.ok) this.#origins.has(needed);
    if (this.#isEnding) return;
    if (!reloaded.ok) return tell(`not reloaded, the old processes stay: ${reloaded.error}`);
    tell("reloaded: new processes serve, the old ones finish what they have");
    const written = pidFile === undefined ? ok(undefined) : await writePidFile(pidFile, beganAt);
    if (!written.ok) tell(written.error);
  }

  async #hold(texts: ReadonlyMap<string, string>, sites: readonly LoadedSite[]): Promise<void> {
    const restored = await this.#restoreFolder();
    if (!restored.ok) throw new Error(restored.error);
    await this.#origins.whileReached(sites, () => this.#folder.hold(texts));
  }

  /** After a reload that is under way. */
  #replace(neededNow: () => Needed, withState: () => boolean): Promise<Result<void, string>> {
    const replaced = this.#reloading.then(async () => {
      const running = this.#running;
      if (!running) return ok(undefined);
      const needed = neededNow();
      const outcome = await (withState() ? running.reload(needed) : running.replaceServing(needed));
      if (outcome.ok) this.#origins.has(needed);
      return outcome;
    });
    this.#reloading = replaced.then(() => {});
    return replaced;
  }

  async #keepFolder(): Promise<void> {
    const restored = await this.#restoreFolder();
    if (!restored.ok) this.#options.tell(restored.error);
    await this.#folder.keepYoung();
  }

  /** If the folder was lost, the processes are replaced by some that read the new one. */
  async #restoreFolder(): Promise<Result<unknown, string>> {
    const restored = await this.#folder.restore();
    if (restored.ok && restored.value === "moved") void this.reload();
    return restored;
  }

  #observed() {
    const { sites, problems } = this.#sites?.state() ?? { sites: 0, problems: 0 };
    return { members: this.#running?.members() ?? [], isEnding: this.#isEnding, sites, problems };
  }
}
