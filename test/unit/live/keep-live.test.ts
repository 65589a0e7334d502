import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Judge, judgeHere } from "../../../cli/judge-file.ts";
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

  describe("keep a host with the file that serves it", () => {
    const start = async () => {
      await write("b.yaml", saying("one", "x.test"));
      const kept = new Kept();
      const live = await keepLive({ folder, tell: kept.tell }, kept);
      const served = async () => {
        await live.readAgain();
        return /one|two|thief/.exec(kept.held.get("x.test") ?? "")?.[0];
      };
      return { kept, live, served };
    };

    // Before: each of these gave it to the other file, and told the one that had it that it was taken.
    it("when it is edited while another names the host", async () => {
      const { live, served, kept } = await start();
      await write("a.yaml", saying("thief", "x.test"));
      expect(await served()).toBe("one");
      await write("b.yaml", saying("two", "x.test"));
      expect(await served()).toBe("two");
      expect(kept.said.filter((one) => one.startsWith("problems"))).not.toContain("problems b.yaml");
      await live.stop();
    });

    it("when another names it while it has a mistake, also afterwards", async () => {
      const { live, served, kept } = await start();
      await write("b.yaml", "nonsense: [");
      await write("z.yaml", saying("thief", "x.test"));
      expect(await served()).toBe("one");
      expect(kept.said.at(-1)).toMatch(/problems (?:b.yaml, z.yaml|z.yaml, b.yaml)/);
      await write("b.yaml", saying("two", "x.test"));
      expect(await served()).toBe("two");
      await live.stop();
    });

    it("when both are saved at once", async () => {
      const { live, served } = await start();
      await Promise.all([
        write("a.yaml", saying("thief", "x.test")),
        write("b.yaml", saying("two", "x.test")),
      ]);
      expect(await served()).toBe("two");
      await live.stop();
    });

    // Before: a mistake in the file that had let go of the host took it back, and the next change of the other one gave it away again.
    it("also when a file that let go of the host has a mistake afterwards, or wants it back", async () => {
      const { live, served, kept } = await start();
      await write("c.yaml", saying("two", "c.test"));
      expect(await served()).toBe("one");
      await write("b.yaml", saying("thief", "c.test")); // lets go of x.test, and is refused
      expect(await served()).toBe("one");
      await write("c.yaml", 'hosts: [x.test, c.test]\nroutes: [{ id: hello, respond: { body: "two" } }]\n');
      expect(await served()).toBe("two");
      for (const text of ["nonsense: [", saying("one", "x.test")]) {
        await write("b.yaml", text);
        expect(await served()).toBe("two");
        expect(kept.said.at(-1)).toBe("problems b.yaml");
      }
      await write("c.yaml", saying("two", "c.test"));
      expect(await served()).toBe("one");
      expect(kept.said.slice(-2).sort()).toEqual(["live b.yaml", "live c.yaml"]);
      await live.stop();
    });

    // Before: a file that was refused for one host kept others from its further ones.
    it("and with no file that is not served", async () => {
      const { live, served, kept } = await start();
      await write("n.yaml", 'hosts: [x.test, n.test]\nroutes: [{ id: hello, respond: { body: "thief" } }]\n');
      await write("o.yaml", saying("two", "n.test"));
      expect(await served()).toBe("one");
      expect(kept.held.get("n.test")).toContain("two");
      await live.stop();
    });

    it("until it names the host no more, or is gone", async () => {
      const { live, served, kept } = await start();
      await write("b.yaml", saying("one", "y.test"));
      await write("a.yaml", saying("two", "x.test"));
      expect(await served()).toBe("two");
      expect(kept.held.get("y.test")).toContain("one");
      await rename(path.join(folder, "a.yaml"), path.join(folder, "z.yaml"));
      expect(await served()).toBe("two");
      await Promise.all([write("z.yaml", saying("two", "y.test")), write("b.yaml", saying("one", "x.test"))]);
      expect(await served()).toBe("one");
      await live.stop();
    });
  });

  // Before: only the file itself was watched.
  it("may be one file, whose pages are watched as well", async () => {
    const page = path.join(folder, "404.html");
    await writeFile(page, "first");
    await write(
      "a.yaml",
      "hosts: [a.test]\nerrors: { pages: { 404: { file: 404.html } } }\nroutes: [{ id: all, respond: {} }]\n",
    );
    await write("other.yaml", saying("other"));
    const kept = new Kept();
    const live = await keepLive({ folder: path.join(folder, "a.yaml"), tell: kept.tell }, kept);
    await writeFile(page, "second");
    await until("it is held", () => kept.held.get("a.test")?.includes("second") === true);
    await rm(page);
    await until("it is told", () => kept.said.includes("problems a.yaml"));
    await writeFile(page, "third");
    await until("it is held", () => kept.held.get("a.test")?.includes("third") === true);
    expect([...kept.held.keys()]).toEqual(["a.test"]);
    await live.stop();
  });

  // Before: its page was read as a site file, and had problems of its own.
  it("that cannot be parsed still has the page of its last version", async () => {
    await write("404.json", '{"error":"not here"}');
    const site =
      "hosts: [a.test]\nerrors: { pages: { 404: { file: 404.json } } }\nroutes: [{ id: all, respond: {} }]\n";
    await write("a.yaml", site);
    const kept = new Kept();
    const live = await keepLive({ folder, tell: kept.tell }, kept);
    await write("a.yaml", `${site}nonsense: [`);
    await live.readAgain();
    expect(live.state()).toEqual({ sites: 1, problems: 1 });
    await live.stop();
  });

  // Before: a file with a page was judged at each change of any file.
  it("are judged when they or their pages have changed, and not when others have", async () => {
    await write("404.html", "first");
    await write(
      "a.yaml",
      "hosts: [a.test]\nerrors: { pages: { 404: { file: 404.html } } }\nroutes: [{ id: all, respond: {} }]\n",
    );
    const judged: string[] = [];
    const judge: Judge = (text, file) => {
      judged.push(path.basename(file));
      return judgeHere(text, file);
    };
    const kept = new Kept();
    const live = await keepLive({ folder, judge, tell: kept.tell }, kept);
    await live.readAgain();
    await live.readAgain();
    judged.length = 0;
    await write("b.yaml", saying("b", "b.test"));
    await live.readAgain();
    await live.readAgain();
    expect(judged).toEqual(["b.yaml"]);
    await write("404.html", "second");
    await live.readAgain();
    expect(judged).toEqual(["b.yaml", "a.yaml"]);
    await live.stop();
  });

  // Before: one file that could not be judged kept back the changes of all.
  it("go live beside one that cannot be judged, which is reported", async () => {
    const judge: Judge = (text, file) =>
      file.endsWith("huge.yaml") ? Promise.reject(new Error("out of memory")) : judgeHere(text, file);
    await write("huge.yaml", saying("huge", "huge.test"));
    await write("a.yaml", saying("one"));
    const kept = new Kept();
    const live = await keepLive({ folder, judge, tell: kept.tell }, kept);
    expect([...kept.held.keys()]).toEqual(["*"]);
    expect(kept.said).toEqual(["problems huge.yaml", "live a.yaml"]);
    await live.stop();
  });

  // Before: the readings that waited were done one after the other, each with a new thread.
  it("are read no more once it is told to stop", async () => {
    await write("a.yaml", saying("one"));
    let judged = 0;
    const gate = Promise.withResolvers<void>();
    const judge: Judge = async (text, file) => {
      judged++;
      await gate.promise;
      return judgeHere(text, file);
    };
    const loaded = await loadSites([folder]);
    if (!loaded.ok) throw new Error(loaded.error);
    const kept = new Kept();
    const live = await keepLive({ folder, loaded: loaded.value, judge, tell: kept.tell }, kept);
    await write("a.yaml", saying("two"));
    const first = live.readAgain();
    await until("it is judged", () => judged === 1);
    await write("a.yaml", saying("three"));
    const second = live.readAgain();
    const stop = live.stop();
    gate.resolve();
    await Promise.all([first, second, stop]);
    expect(judged).toBe(1);
  });
});
