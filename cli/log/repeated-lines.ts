// What the runtime complains of again and again, such as a client that speaks no TLS: strangers can cause any number of such lines. The
// same line is passed on once a minute, and how often it came besides.

const EVERY_MS = 60_000;
/** Beyond so many different lines at a time each one is passed on. */
const MOST_KNOWN = 100;

export class RepeatedLines {
  readonly #passOn: (line: string) => void;
  /** How often each came since it was passed on, and when that ends. */
  readonly #known = new Map<string, { more: number; readonly timer: NodeJS.Timeout }>();

  constructor(passOn: (line: string) => void) {
    this.#passOn = passOn;
  }

  take(line: string): void {
    const isRecord = line.startsWith("{"); // a warning of the Worker, which programs read
    const known = this.#known.get(line);
    if (known) {
      known.more++;
      return;
    }
    this.#passOn(line);
    if (isRecord || this.#known.size >= MOST_KNOWN) return;
    const timer = setTimeout(() => this.#sumUp(line), EVERY_MS);
    timer.unref();
    this.#known.set(line, { more: 0, timer });
  }

  /** Tells what has not been told. */
  end(): void {
    for (const line of [...this.#known.keys()]) this.#sumUp(line);
  }

  #sumUp(line: string): void {
    const known = this.#known.get(line);
    if (!known) return;
    clearTimeout(known.timer);
    this.#known.delete(line);
    if (known.more > 0) this.#passOn(`${line} (and ${known.more} more like it within a minute)`);
  }
}
