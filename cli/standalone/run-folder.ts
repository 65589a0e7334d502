// What a run of `headgate serve` keeps on disk, in one folder of its own among the temporary files: a file for each site key,
// which workerd reads as a KV namespace, the sockets of the health checks and of the state process, and that process's state unless
// it has a folder elsewhere. A cleaner of temporary files may remove what nobody has
// used for days, so the files are kept young, and what is missing is written again.
import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { err, ok, type Result } from "../../shared/result.ts";
import { type LocatedProblem, problemAt } from "../../shared/site/problem.ts";
import { siteKey } from "../../shared/site/stored.ts";
import { endWithUs } from "../ending.ts";
import type { LoadedSite } from "../judge-file.ts";
import type { SiteHolder } from "../live/keep-live.ts";
import { trustedFolder } from "./trusted-folder.ts";

/** A path of a socket has 104 bytes on some systems and 108 on others, with the zero at its end. */
const MAX_SOCKET_PATH_BYTES = 103;

/** The limit of the usual file systems. */
const MAX_NAME_BYTES = 255;

/** The sites that have no place in the folder, as problems of their files. */
export function tooLongToHold(sites: readonly LoadedSite[]): LocatedProblem[] {
  return sites.flatMap(({ site, locate }) =>
    site.hosts.flatMap((host, index) => {
      const excess = Buffer.byteLength(siteKey(host)) - MAX_NAME_BYTES;
      if (excess <= 0) return [];
      const message = `is too long for \`serve\`, which names a file after it: ${host.length - excess} characters are allowed`;
      return [locate(problemAt(["hosts", index], message))];
    }),
  );
}

interface Place {
  readonly path: string;
  /** Tells the folder from one that somebody else has made under its name. It is kept open, so its number is not given again. */
  readonly inode: number;
  release(): Promise<void>;
}

export class RunFolder implements SiteHolder {
  #place: Place;
  readonly #held = new Map<string, string>();

  private constructor(place: Place) {
    this.#place = place;
  }

  /** Removed at the end of this process, whatever ends it. The error is a sentence. */
  static async make(): Promise<Result<RunFolder, string>> {
    const place = await newPlace();
    return place.ok ? ok(new RunFolder(place.value)) : place;
  }

  get path(): string {
    return this.#place.path;
  }

  get sites(): string {
    return path.join(this.#place.path, "sites");
  }

  /** The path of the socket of the state process. */
  get stateSocket(): string {
    return path.join(this.#place.path, "state.sock");
  }

  /** For what the state process stores, if that need not outlive the run. */
  get objects(): string {
    return path.join(this.#place.path, "objects");
  }

  aliveAddress(number: number): string {
    return `unix:${path.join(this.#place.path, `${number}.sock`)}`;
  }

  /** In order: a site is written before the pointers to it, and nothing is deleted before its replacement is there. */
  async hold(texts: ReadonlyMap<string, string>): Promise<void> {
    for (const [pattern, text] of texts)
      if (this.#held.get(pattern) !== text) await this.#write(pattern, text);
    for (const pattern of [...this.#held.keys()].filter((name) => !texts.has(name))) {
      await rm(path.join(this.sites, siteKey(pattern)), { force: true });
      this.#held.delete(pattern);
    }
  }

  /**
   * Writes again what is missing. Resolves with whether the folder itself was lost and has another path now: then processes that
   * read the old one have to be replaced. The error is a sentence.
   */
  async restore(): Promise<Result<"kept" | "moved", string>> {
    const isLost = await this.#isLost();
    if (isLost) {
      const place = await newPlace();
      if (!place.ok) return place;
      await this.#place.release();
      this.#place = place.value;
    }
    try {
      const present = new Set(await readdir(this.sites));
      for (const [pattern, text] of this.#held)
        if (!present.has(siteKey(pattern))) await this.#write(pattern, text);
      return ok(isLost ? "moved" : "kept");
    } catch (error) {
      return err(
        `the temporary folder ${this.path} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
      );
    }
  }

  /** Cleaners go by the times of a file. */
  async keepYoung(): Promise<void> {
    const now = new Date();
    const names = await readdir(this.path, { recursive: true }).catch(() => []);
    // What has gone in the meantime belonged to a process that has ended.
    for (const name of [".", ...names]) await utimes(path.join(this.path, name), now, now).catch(() => {});
  }

  async remove(): Promise<void> {
    if (!(await this.#isLost())) await rm(this.#place.path, { recursive: true, force: true });
    await this.#place.release();
  }

  async #isLost(): Promise<boolean> {
    const [own, sites] = await Promise.all([
      lstat(this.#place.path).catch(() => undefined),
      lstat(this.sites).catch(() => undefined),
    ]);
    return own?.ino !== this.#place.inode || !sites?.isDirectory();
  }

  /** Beside its place and then renamed into it, so that no reader sees half of a file. */
  async #write(pattern: string, text: string): Promise<void> {
    const next = path.join(this.sites, "next");
    await writeFile(next, text);
    await rename(next, path.join(this.sites, siteKey(pattern)));
    this.#held.set(pattern, text);
  }
}

async function newPlace(): Promise<Result<Place, string>> {
  const temporary = await trustedFolder(os.tmpdir());
  if (!temporary.ok) return temporary;
  const longest = path.join(temporary.value, "headgate-serve-XXXXXX", "99999999.sock");
  if (Buffer.byteLength(longest) > MAX_SOCKET_PATH_BYTES) {
    return err(`TMPDIR is ${temporary.value}, which is too long for a path of sockets; choose a shorter one`);
  }
  try {
    const folder = await mkdtemp(path.join(temporary.value, "headgate-serve-")); // only its owner may enter it
    const endWatch = endWithUs([], [folder]);
    const handle = await open(folder, constants.O_RDONLY);
    const { ino } = await handle.stat();
    for (const name of ["sites", "objects"]) await mkdir(path.join(folder, name));
    const release = () => {
      endWatch();
      return handle.close();
    };
    return ok({ path: folder, inode: ino, release });
  } catch (error) {
    return err(
      `TMPDIR is ${temporary.value}, which cannot be written: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}
