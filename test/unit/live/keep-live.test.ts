import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepLive, type SiteNews } from "../../../cli/live/keep-live.ts";
import { loadSites } from "../../../cli/load-sites.ts";
import { saying, until } from "../../support/service.ts";

let base: string;
let folder: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), "headgate-live-"));
  folder = path.join(base, "sites");
  await mkdir(folder);
});
afterEach(() => rm(base, { recursive: true }));

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);

class Kept {
  readonly said: string[] = [];
  held: ReadonlyMap<string, string> = new Map();
  fault: Error | undefined;

  readonly tell: SiteNews = {
    live: ({ file }) => this.#say(`live ${path.basename(file)}`),
    gone: (file) => this.#say(`gone ${path.basename(file)}`),
    mended: (file) => this.#say(`mended ${path.basename(file)}`),
    problems: (problems) =>
      this.#say(`problems ${problems.map(({ file }) => path.basename(file)).join(", ")}`),
    warnings: () => {},
    trouble: (sentence) => this.#say(sentence.replaceAll(folder, "sites")),
  };

  async hold(texts: ReadonlyMap<string, string>): Promise<void> {
    if (this.fault) throw this.fault;
    this.held = texts;
  }

  #say(what: string): void {
    this.said.push(what);
  }
}

describe("site files that are kept live", () => {
  // Before: the change was live only when a file was saved again.
  it("are written again when the disk was full, which is told once", async () => {
    await write("a.yaml", saying("one"));
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    kept.fault = new Error("ENOSPC: no space left on device, write");
    await write("b.yaml", saying("two", "b.test"));
    await until("it is told", () => kept.said.length > 1);
    await write("c.yaml", "nonsense: [");
    await until("it was tried again", () => live.state().problems === 1);
    kept.fault = undefined;
    await until("it is held", () => kept.held.has("b.test"));
    await until("it is told", () => kept.said.includes("live b.yaml"));
    expect(kept.said).toEqual([
      "live a.yaml",
      "the change cannot be taken over: ENOSPC: no space left on device, write; it is tried again",
      "problems c.yaml",
      "live b.yaml",
    ]);
    await live.stop();
  });

  it.each(["404.html", "404.json", "404.md", "404"])(
    "have a page in %s, which is watched and checked",
    async (page) => {
      const site = `hosts: [a.test]\nerrors: { pages: { 404: { file: "${page}" } } }\nroutes: [{ id: all, respond: {} }]\n`;
      await write(page, '{"error":"first"}');
      await write("a.yaml", site);
      await write("notes.md", "of no interest");
      const loaded = await loadSites([folder]);
      expect(loaded.ok && loaded.value.problems).toEqual([]);
      const kept = new Kept();
      const live = await keepLive({ folder, tell: kept.tell }, kept);
      const text = () => kept.held.get("a.test") ?? "";
      expect(text()).toContain("first");
      await write(page, '{"error":"second"}');
      await until("it is held", () => text().includes("second"));
      await writeFile(path.join(folder, page), Buffer.from([0xff, 0xfe]));
      await until("it is told", () => kept.said.includes("problems a.yaml"));
      expect(text()).toContain("second");
      await rm(path.join(folder, page));
      await until("it is told", () => live.state().problems === 1);
      expect(text()).toContain("second");
      await write(page, '{"error":"third"}');
      await until("it is held", () => text().includes("third"));
      const said = kept.said.filter((one, at) => one !== kept.said[at - 1]); // it may be told twice of a fault
      expect(said).toEqual(["live a.yaml", "problems a.yaml", "live a.yaml"]);
      expect(live.state()).toEqual({ sites: 1, problems: 0 });
      await live.stop();
    },
  );

  it("stay when their folder is gone, and go when it is empty", async () => {
    await write("a.yaml", saying("one"));
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    await rename(folder, `${folder}.away`);
    await live.readAgain();
    expect([...kept.held.keys()]).toEqual(["*"]);
    await rename(`${folder}.away`, folder);
    await rm(path.join(folder, "a.yaml"));
    await live.readAgain();
    expect([...kept.held.keys()]).toEqual([]);
    expect(live.state()).toEqual({ sites: 0, problems: 0 });
    await live.stop();
  });

  // Before: from then on a saved file was live after up to two seconds, as only the comparison saw it.
  it.each([
    ["deleted and made again", () => rm(folder, { recursive: true })],
    ["moved away, and another put in its place", () => rename(folder, `${folder}.away`)],
  ])("are live within a second also after their folder was %s", async (_how, remove) => {
    await write("a.yaml", saying("zero"));
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    await remove();
    await mkdir(folder);
    await write("a.yaml", saying("one"));
    await until("it is held", () => [...kept.held.values()].join().includes("one"));
    const took: number[] = [];
    for (const word of ["two", "three", "four"]) {
      const from = performance.now();
      await write("a.yaml", saying(word));
      await until("it is held", () => [...kept.held.values()].join().includes(word));
      took.push(performance.now() - from);
    }
    expect(Math.max(...took)).toBeLessThan(1_000);
    await live.stop();
  });

  // Before: nothing was told, and the last word was that of the mistake.
  it("say that a mistake is undone also when the file that had it is deleted, or the folder is back", async () => {
    await write("a.yaml", saying("one"));
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    await write("b.yaml", "nonsense: [");
    await live.readAgain();
    await rm(path.join(folder, "b.yaml"));
    await live.readAgain();
    await rename(folder, `${folder}.away`);
    await live.readAgain();
    await live.readAgain();
    await rename(`${folder}.away`, folder);
    await live.readAgain();
    await live.stop();
    const said = kept.said.filter((one, at) => one !== kept.said[at - 1]); // the watch may tell the fault too
    expect(said).toEqual([
      "live a.yaml",
      "problems b.yaml",
      "gone b.yaml",
      "no such file or folder: sites",
      "mended sites",
    ]);
  });

  it("are read once more when the watch has begun: one may have changed since it was read", async () => {
    await write("a.yaml", saying("one"));
    const loaded = await loadSites([folder]);
    if (!loaded.ok) throw new Error(loaded.error);
    await write("b.yaml", saying("two", "b.test"));
    const kept = new Kept();
    const live = await keepLive({ folder, loaded: loaded.value, tell: kept.tell }, kept);
    await until("it is held", () => kept.held.has("b.test"));
    await live.stop();
  });

  it("keep the hosts that they serve, also when a file that comes first in the alphabet names them", async () => {
    await write("b.yaml", saying("one"));
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    const before = kept.held.get("*");
    await write("a.yaml", saying("a copy"));
    await live.readAgain();
    expect(kept.held.get("*")).toBe(before);
    expect(kept.said.at(-1)).toBe("problems a.yaml");
    await rm(path.join(folder, "b.yaml"));
    await live.readAgain();
    expect(kept.held.get("*")).toContain("a copy");
    await live.stop();
  });
});
