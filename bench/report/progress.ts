// Shows the current measurement on stderr: as one changing line on a terminal, otherwise as one line per claim.

export interface Progress {
  claim(name: string, at: number, of: number): void;
  doing(what: string): void;
  /** Removes the changing line. */
  clear(): void;
}

const CLEAR_LINE = "\r\x1b[K";

export function progressOn(stream: NodeJS.WriteStream): Progress {
  const started = Date.now();
  let claim = "";
  return {
    claim: (name, at, of) => {
      claim = `[${at}/${of}] ${name}`;
      if (!stream.isTTY) stream.write(`${clock(started)} ${claim}\n`);
    },
    doing: (what) => {
      if (stream.isTTY) {
        const line = `${clock(started)} ${claim}: ${what}`;
        stream.write(`${CLEAR_LINE}${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
      }
    },
    clear: () => {
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}

function clock(started: number): string {
  const seconds = Math.floor((Date.now() - started) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
