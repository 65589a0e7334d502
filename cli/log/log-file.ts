// A log file that can be opened anew while it is written, after it was moved away. A write that fails loses its lines and
// nothing else: the next one is tried again.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";
import { err, ok, type Result } from "../../shared/result.ts";

/** Readable by the owner and the group only: it holds addresses. */
const MODE = 0o640;
/** A named pipe without a reader must not hold up the start, nor one that stalls a thread. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** A named pipe that is full is tried again. */
const TRY_AGAIN_MS = 20;

export interface LogFileOptions {
  readonly path: string;
  /** For the operator. */
  readonly tell: (sentence: string) => void;
}

/** The error is a sentence. */
export async function openLogFile(options: LogFileOptions): Promise<Result<LogFile, string>> {
  const file = await opened(options.path);
  return file.ok ? ok(new LogFile(file.value, options)) : file;
}

async function opened(path: string): Promise<Result<FileHandle, string>> {
  try {
    return ok(await open(path, FLAGS, MODE));
  } catch (error) {
    return err(`${path} cannot be opened: ${codeOf(error)}`);
  }
}

export class LogFile extends Writable {
  readonly #options: LogFileOptions;
  #file: FileHandle;
  /** Takes the place of the file after the write that is under way. */
  #next: FileHandle | undefined;
  #isWriting = false;
  /** Whether the last write ended within a line. */
  #isLineBroken = false;
  #failed = 0;

  constructor(file: FileHandle, options: LogFileOptions) {
    super({ decodeStrings: true });
    this.#file = file;
    this.#options = options;
  }

  /** If that is not possible, the file that is open stays, wherever it is now. */
  async reopen(): Promise<void> {
    const { path, tell } = this.#options;
    const file = await opened(path);
    if (!file.ok) return tell(`${file.error}; the log goes on in the file that is open`);
    await this.#next?.close();
    this.#next = file.value;
    if (!this.#isWriting) await this.#switch();
    tell(`${path} is open anew`);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#append(Buffer.concat(chunks.map(({ chunk }) => chunk))).then(done);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#append(chunk).then(done);
  }

  override _final(done: () => void): void {
    Promise.allSettled([this.#file.close(), this.#next?.close()]).then(() => done());
  }

  async #append(lines: Buffer): Promise<void> {
    if (lines.length === 0) return;
    this.#isWriting = true;
    await this.#writeAll(lines);
    this.#isWriting = false;
    await this.#switch();
  }

  async #writeAll(lines: Buffer): Promise<void> {
    let left = this.#isLineBroken ? Buffer.concat([Buffer.from("\n"), lines]) : lines;
    try {
      while (left.length > 0) {
        const written = await this.#writeOnce(left);
        if (written > 0) this.#isLineBroken = left[written - 1] !== NEWLINE;
        left = left.subarray(written);
      }
      this.#tellFailed();
    } catch (error) {
      if (this.#failed === 0)
        this.#tell(`cannot be written (${codeOf(error)}); records are dropped until it can`);
      this.#failed += linesIn(left.length > lines.length ? lines : left); // without the end of the broken line
    }
  }

  async #writeOnce(bytes: Buffer): Promise<number> {
    try {
      return (await this.#file.write(bytes)).bytesWritten;
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      return 0;
    }
  }

  async #switch(): Promise<void> {
    if (!this.#next) return;
    const before = this.#file;
    this.#file = this.#next;
    this.#next = undefined;
    this.#isLineBroken = false;
    await before.close().catch(() => {});
  }

  #tellFailed(): void {
    if (this.#failed > 0) this.#tell(`can be written again; ${this.#failed} records were dropped`);
    this.#failed = 0;
  }

  #tell(what: string): void {
    this.#options.tell(`${this.#options.path} ${what}`);
  }
}

const NEWLINE = 10;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const linesIn = (bytes: Buffer): number =>
  bytes.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
