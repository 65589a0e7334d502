// What becomes of the log when its reader is slow, stalls or goes, and when its file moves or cannot be written.
import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, mkdtemp, open, readFile, rename, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoundedOutput } from "../../../cli/log/bounded-output.ts";
import { LogFile, openLogFile } from "../../../cli/log/log-file.ts";
import { WholeLines } from "../../../cli/log/whole-lines.ts";

const bytes = (text: string) => Buffer.from(text);

/** A stream whose reader takes nothing until it is told to. */
function aReader() {
  const taken: string[] = [];
  let isReading = false;
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 1,
    write: (chunk, _encoding, done) => {
      const take = () => {
        taken.push(String(chunk));
        done();
      };
      if (isReading) take();
      else waiting = take;
    },
  });
  return {
    stream,
    text: () => taken.join(""),
    read: async () => {
      isReading = true;
      waiting?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("an output with a bound", () => {
  const dropped: number[] = [];
  const outputTo = (stream: Writable, maxKeptBytes = 30) => {
    dropped.length = 0;
    return new BoundedOutput(stream, { maxKeptBytes, onDropped: (lines) => void dropped.push(lines) });
  };

  it("keeps what its reader has not taken, in order", async () => {
    const reader = aReader();
    const output = outputTo(reader.stream);
    for (const line of ["one\n", "two\n", "three\n"]) output.write(bytes(line));
    expect(reader.text()).toBe("");
    await reader.read();
    expect(reader.text()).toBe("one\ntwo\nthree\n");
    expect(dropped).toEqual([]);
  });

  it("drops whole pieces beyond the bound, and tells how many lines when the reader is back", async () => {
    const reader = aReader();
    const output = outputTo(reader.stream);
    for (let n = 0; n < 5; n++) output.write(bytes(`line ${n} a\nline ${n} b\n`));
    output.write(bytes("x\n")); // fits, but one gap is better than many
    expect(dropped).toEqual([]);
    await reader.read();
    expect(reader.text()).toBe("line 0 a\nline 0 b\n");
    expect(dropped).toEqual([9]);
    output.write(bytes("again\n"));
    expect(reader.text()).toBe("line 0 a\nline 0 b\nagain\n");
    expect(dropped).toEqual([9]);
  });

  it("takes a piece that is longer than the bound where nothing else waits", async () => {
    const reader = aReader();
    await reader.read();
    outputTo(reader.stream).write(bytes(`${"x".repeat(100)}\n`));
    expect(reader.text()).toHaveLength(101);
  });

  it("ends when everything is written, and no later than it is told to", async () => {
    const stalled = aReader();
    const output = outputTo(stalled.stream);
    output.write(bytes("a\n"));
    output.write(bytes(`${"x".repeat(40)}\n`));
    expect(await output.end(10)).toBe(false);
    expect(dropped).toEqual([1]);

    const back = aReader();
    const other = outputTo(back.stream);
    other.write(bytes("a\n"));
    const ending = other.end(10_000);
    await back.read();
    expect(await ending).toBe(true);
    expect(back.text()).toBe("a\n");
    expect(await other.end(10_000)).toBe(true);
  });

  it("outlives its reader, and tells that it has gone", async () => {
    const gone: (string | undefined)[] = [];
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })),
    });
    const output = new BoundedOutput(stream, {
      onDropped: (lines) => void dropped.push(lines),
      onGone: (code) => void gone.push(code),
    });
    dropped.length = 0;
    output.write(bytes("a\n"));
    await new Promise((resolve) => setImmediate(resolve));
    output.write(bytes("b\nc\n"));
    expect(gone).toEqual(["EPIPE"]);
    expect(await output.end(1_000)).toBe(true);
    expect(dropped).toEqual([2]);
  });
});

describe("whole lines", () => {
  const of = (pieces: readonly string[]) => {
    const passed: string[] = [];
    const lines = new WholeLines((some) => void passed.push(Buffer.from(some).toString()));
    for (const piece of pieces) lines.take(bytes(piece));
    const before = [...passed];
    lines.end();
    return { before, after: passed };
  };

  it.each([
    [["a\nb\n"], ["a\nb\n"]],
    [
      ["a\nb", "c\n"],
      ["a\n", "bc\n"],
    ],
    [
      ["a", "b", "c\nd", "\n"],
      ["abc\n", "d\n"],
    ],
    [["", "\n"], ["\n"]],
  ])("are passed on from %j", (pieces, passed) => {
    const { before, after } = of(pieces);
    expect(before).toEqual(passed);
    expect(after).toEqual(passed);
  });

  it("get an end where the process left none", () => {
    expect(of(["a\nhalf"])).toEqual({ before: ["a\n"], after: ["a\n", "half\n"] });
  });

  it("are passed on in parts where a line is endless", () => {
    const { before } = of(Array.from({ length: 17 }, () => "x".repeat(65_536)));
    expect(before.join("")).toHaveLength(17 * 65_536);
  });
});

describe("a log file", () => {
  let folder: string;
  const told: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "headgate-log-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  const openAt = async (name: string) => {
    told.length = 0;
    const opened = await openLogFile({ path: at(name), tell: (sentence) => void told.push(sentence) });
    if (!opened.ok) throw new Error(opened.error);
    return opened.value;
  };
  const write = (file: LogFile, text: string) =>
    new Promise<void>((resolve) => void file.write(text, () => resolve()));
  const end = (file: LogFile) => new Promise<void>((resolve) => void file.end(resolve));

  it("is appended to, and is nobody's to read but its owner's and its group's", async () => {
    const first = await openAt("appended");
    await write(first, "one\n");
    await end(first);
    const second = await openAt("appended");
    await write(second, "two\n");
    await end(second);
    expect(await readFile(at("appended"), "utf8")).toBe("one\ntwo\n");
    expect((await stat(at("appended"))).mode & 0o007).toBe(0);
  });

  it("is opened anew after it was moved away, without losing a line", async () => {
    const file = await openAt("moved");
    await write(file, "before\n");
    await rename(at("moved"), at("moved.1"));
    await write(file, "still in the old one\n");
    const many = Promise.all(Array.from({ length: 100 }, (_, n) => write(file, `line ${n}\n`)));
    await file.reopen();
    await many;
    await write(file, "after\n");
    await end(file);
    const [old, fresh] = [await readFile(at("moved.1"), "utf8"), await readFile(at("moved"), "utf8")];
    expect(old).toMatch(/^before\nstill in the old one\n/);
    expect(fresh).toMatch(/after\n$/);
    expect((old + fresh).match(/line \d+\n/g)).toHaveLength(100);
    expect(told).toEqual([`${at("moved")} is open anew`]);
  });

  it("stays the file that is open where it cannot be opened anew", async () => {
    const file = await openAt("stays");
    await rename(at("stays"), at("stays.1"));
    await write(await openAt("stays"), "");
    await rm(at("stays"));
    execFileSync("mkdir", [at("stays")]);
    await file.reopen();
    await write(file, "a\n");
    await end(file);
    expect(await readFile(at("stays.1"), "utf8")).toBe("a\n");
    expect(told).toEqual([
      `${at("stays")} cannot be opened: EISDIR; the log goes on in the file that is open`,
    ]);
  });

  it("that is no file is refused with the reason", async () => {
    const opened = await openLogFile({ path: at("no/such/folder"), tell: () => {} });
    expect(opened).toEqual({ ok: false, error: `${at("no/such/folder")} cannot be opened: ENOENT` });
  });

  it("loses the lines that it cannot take, tells so once, and goes on with a whole line", async () => {
    let isFull = true;
    const written: string[] = [];
    const disk = {
      write: async (piece: Buffer) => {
        if (!isFull) {
          written.push(String(piece));
          return { bytesWritten: piece.length };
        }
        if (written.length > 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        written.push(String(piece.subarray(0, 5)));
        return { bytesWritten: 5 };
      },
      close: async () => {},
    } as unknown as FileHandle;
    told.length = 0;
    const file = new LogFile(disk, { path: "access.log", tell: (sentence) => void told.push(sentence) });
    await write(file, "one\ntwo\nthree\n");
    await write(file, "four\n");
    expect(told).toEqual(["access.log cannot be written (ENOSPC); records are dropped until it can"]);
    isFull = false;
    await write(file, "five\n");
    expect(written.join("")).toBe("one\nt\nfive\n");
    expect(told[1]).toBe("access.log can be written again; 3 records were dropped");
  });

  it("may be a named pipe, which holds up nothing when it is not read", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const unread = await openLogFile({ path: at("pipe"), tell: () => {} });
    expect(unread).toEqual({ ok: false, error: `${at("pipe")} cannot be opened: ENXIO` });
    const reader = await open(at("pipe"), constants.O_RDONLY | constants.O_NONBLOCK);
    const file = await openAt("pipe");
    const dropped: number[] = [];
    const output = new BoundedOutput(file, {
      maxKeptBytes: 200_000,
      onDropped: (lines) => void dropped.push(lines),
    });
    const line = `${"x".repeat(999)}\n`;
    for (let n = 0; n < 1_000; n++) output.write(bytes(line));
    let read = 0;
    const buffer = Buffer.alloc(65_536);
    const ending = output.end(5_000);
    for (let isOver = false; !isOver; ) {
      void ending.then(() => {
        isOver = true;
      });
      read += await reader.read(buffer).then(
        ({ bytesRead }) => bytesRead,
        () => 0,
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ending).toBe(true);
    for (let more = 1; more > 0; read += more)
      more = (await reader.read(buffer).catch(() => ({ bytesRead: 0 }))).bytesRead;
    await reader.close();
    await end(file);
    expect(read / line.length + (dropped[0] ?? 0)).toBe(1_000);
    expect(dropped).toHaveLength(1);
  });
});
