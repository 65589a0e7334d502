// Parses the output of `wrk`. Pure.

export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Answers without a success status, and broken connections. */
  readonly failures: number;
}

/** Throws if the text is not output of wrk. */
export function readWrkOutput(text: string): Load {
  const requests = /^\s*(\d+) requests in /m.exec(text)?.[1];
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(text)?.[1];
  if (requests === undefined || rate === undefined) throw new Error(`wrk printed no result:\n${text}`);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const broken = /Socket errors: (.*)/.exec(text)?.[1]?.match(/\d+/g) ?? [];
  const failures = broken.reduce((total, count) => total + Number(count), bad);
  return { requests: Number(requests), requestsPerSecond: Number(rate), failures };
}
