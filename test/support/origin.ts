// An origin for a test: a real HTTP server on loopback that answers as the test says, and records the requests.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

export interface OriginRequestSeen {
  readonly method: string;
  /** Path and query as they arrived. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  body: string;
}

export type Answering = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
  seen: OriginRequestSeen,
) => void | Promise<void>;

export interface Clock {
  readonly now: number;
}

export class TestOrigin {
  readonly server: http.Server;
  /** Every request so far, in order of arrival. */
  seen: OriginRequestSeen[] = [];
  #answering: Answering;

  /** Date is taken from `clock`. */
  constructor(answering: Answering, clock?: Clock) {
    this.#answering = answering;
    this.server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const seen: OriginRequestSeen = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: "",
      };
      this.seen.push(seen);
      if (clock) response.setHeader("date", new Date(clock.now).toUTCString());
      void this.#answering(request, response, seen);
    });
  }

  /** Sets how it answers from now on. */
  answers(answering: Answering): void {
    this.#answering = answering;
  }

  get last(): OriginRequestSeen {
    const last = this.seen.at(-1);
    if (!last) throw new Error("the origin was asked nothing");
    return last;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(port = 0): Promise<void> {
    return new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** Answers with these bodies in turn, and repeats the last one. */
export function replies(
  bodies: readonly string[],
  headers: Record<string, string | string[]> = {},
): Answering {
  let count = 0;
  return (_request, response) => {
    const body = bodies[Math.min(count++, bodies.length - 1)] ?? "";
    response.writeHead(200, { "content-type": "text/plain", ...headers }).end(body);
  };
}

/** Reads the request's body into `seen` before it answers. */
export function afterBody(answering: Answering): Answering {
  return async (request, response, seen) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.body = Buffer.concat(chunks).toString();
    await answering(request, response, seen);
  };
}

/**
 * One origin for the whole test file. Its recorded requests are cleared before each test. If the edge's clock is moved, the
 * origin uses that clock too; otherwise its responses would already be old on arrival.
 */
export function useOrigin(answering: Answering = replies(["hello"]), clock?: Clock): TestOrigin {
  const origin = new TestOrigin(answering, clock);
  beforeAll(() => origin.start());
  beforeEach(() => {
    origin.seen = [];
    origin.answers(answering);
  });
  afterAll(() => origin.stop());
  return origin;
}

/** An address on which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

interface Reached {
  readonly url: string;
}

/** Of a pool: `a` is asked as long as it serves, and then `b`. */
export const inOrder = (a: Reached, b: Reached) => ({
  balance: "first" as const,
  origins: [
    { id: "a", url: a.url },
    { id: "b", url: b.url },
  ],
});
