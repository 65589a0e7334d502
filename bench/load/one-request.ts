// One request on a new connection, and the time until its last byte.
import { request } from "node:http";

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly coding: string | undefined;
  /** From the start of the request, including the connection. */
  readonly ms: number;
}

/** Longer than anything that is measured. */
const PATIENCE_MS = 60_000;

export function oneRequest(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const asked = performance.now();
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const outgoing = request(url, { headers, agent: false, signal }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once("error", reject);
      response.once("end", () => {
        const { "content-encoding": coding } = response.headers;
        resolve({ status: response.statusCode ?? 0, bytes, coding, ms: performance.now() - asked });
      });
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}
