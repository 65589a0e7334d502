// Both sides of the edge as bytes: an origin that sends what a test writes, and a client that sends its lines one by one on one
// connection.
import net from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

const HEAD_END = "\r\n\r\n";

/** The end of the first message in `bytes`; undefined while it is incomplete. */
function endOfRequest(bytes: string): number | undefined {
  const at = bytes.indexOf(HEAD_END);
  if (at === -1) return undefined;
  const start = at + HEAD_END.length;
  const head = bytes.slice(0, start);
  if (/^transfer-encoding:.*chunked/im.test(head)) {
    const last = /(?:^|\r\n)0+(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(bytes.slice(start));
    return last ? start + last.index + last[0].length : undefined;
  }
  const end = start + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return bytes.length >= end ? end : undefined;
}

/**
 * Receives the whole request and its connection. A text is sent back with `Connection: close`, and the connection is then
 * closed. Without that field the edge might send the next request on a connection that is about to close.
 */
export type WireAnswering = string | ((request: string, socket: net.Socket) => void);

/** An origin that records each request byte for byte, and answers with raw bytes. */
export class WireOrigin {
  seen: string[] = [];
  /** How many connections the edge has opened since the test began. */
  connections = 0;
  #answering: WireAnswering = "";
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => this.#serve(socket));

  answers(answering: WireAnswering): void {
    this.#answering = answering;
  }

  /** Sends these in turn, each on a connection that is then closed. The last one is repeated. */
  answersInTurn(...answers: string[]): void {
    let count = 0;
    this.answers((_request, socket) => {
      socket.end(latin1(closing(answers[Math.min(count++, answers.length - 1)] ?? "")));
    });
  }

  get last(): string {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error("the origin was asked nothing");
    return last;
  }

  /** The request lines without the version: `GET /a`. */
  get lines(): string[] {
    return this.seen.map((request) => request.slice(0, request.indexOf(" HTTP/")));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  reset(): void {
    this.seen = [];
    this.connections = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    this.reset();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: net.Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    let bytes = "";
    socket.on("error", () => {}); // the edge may close first
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      bytes += chunk.toString("latin1");
      for (let end = endOfRequest(bytes); end !== undefined; end = endOfRequest(bytes)) {
        const request = bytes.slice(0, end);
        bytes = bytes.slice(end);
        this.seen.push(request);
        if (typeof this.#answering === "string") socket.end(latin1(closing(this.#answering)));
        else this.#answering(request, socket);
      }
    });
  }
}

export function useWireOrigin(): WireOrigin {
  const origin = new WireOrigin();
  beforeAll(() => origin.start());
  beforeEach(() => origin.reset());
  afterAll(() => origin.stop());
  return origin;
}

/** Adds the field to the final response, which follows the interim ones. */
function closing(answer: string): string {
  const finalLine = /^HTTP\/1\.\d (?!1\d\d )[^\r\n]*\r\n(?=[^\r\n])/m;
  return /^connection:/im.test(answer) ? answer : answer.replace(finalLine, "$&Connection: close\r\n");
}

export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

export interface WireAnswer {
  /** 0 if nothing came back. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** False if the connection closed before the end that the head declared. */
  readonly whole: boolean;
}

/** One connection from a client to the edge. */
export class Conversation {
  readonly #socket: net.Socket;
  #bytes = "";
  #closed = false;

  constructor(edgeUrl: string) {
    this.#socket = net.connect(Number(new URL(edgeUrl).port), "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("error", () => {}); // a reset is an end too; what came before it counts
    this.#socket.on("data", (chunk) => {
      this.#bytes += chunk.toString("latin1");
    });
    this.#socket.on("close", () => {
      this.#closed = true;
    });
  }

  /** Resolves when the kernel has the bytes, so that the next ones travel in a packet of their own. */
  say(bytes: string): Promise<void> {
    return new Promise((resolve) => this.#socket.write(latin1(bytes), () => resolve()));
  }

  /** The next answer, framed by its own fields. Interim responses count as answers. */
  async hear(method = "GET"): Promise<WireAnswer> {
    await this.#until(() => this.#bytes.includes(HEAD_END));
    const at = this.#bytes.indexOf(HEAD_END);
    const head = at === -1 ? this.#take(this.#bytes.length) : this.#take(at + HEAD_END.length).slice(0, at);
    const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1] ?? 0);
    if (at === -1) return { status, head, body: "", whole: false };
    if (method === "HEAD" || status < 200 || status === 204 || status === 304)
      return { status, head, body: "", whole: true };
    if (/^transfer-encoding: *chunked/im.test(head)) return { status, head, ...(await this.#chunks()) };
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) {
      await this.#until(() => false);
      return { status, head, body: this.#take(this.#bytes.length), whole: true };
    }
    await this.#until(() => this.#bytes.length >= Number(length));
    const body = this.#take(Number(length));
    return { status, head, body, whole: body.length === Number(length) };
  }

  /** Resolves when this text has arrived, or when the edge has closed the connection. */
  heard(text: string): Promise<void> {
    return this.#until(() => this.#bytes.includes(text));
  }

  /** Everything until the edge closes the connection. */
  async rest(): Promise<string> {
    await this.#until(() => false);
    return this.#take(this.#bytes.length);
  }

  /** Reads nothing more, so that the edge cannot send more than the buffers between them hold. */
  pause(): void {
    this.#socket.pause();
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  async #chunks(): Promise<{ body: string; whole: boolean }> {
    let body = "";
    while (true) {
      await this.#until(() => this.#bytes.includes("\r\n"));
      const line = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(this.#bytes);
      if (!line) return { body, whole: false };
      const size = Number.parseInt(line[1] ?? "", 16);
      this.#take(line[0].length);
      if (size === 0) {
        await this.#until(() => /^(?:[^\r\n]+\r\n)*\r\n/.test(this.#bytes));
        const end = /^(?:[^\r\n]+\r\n)*\r\n/.exec(this.#bytes);
        this.#take(end?.[0].length ?? 0);
        return { body, whole: end !== null };
      }
      await this.#until(() => this.#bytes.length >= size + 2);
      body += this.#take(Math.min(size, this.#bytes.length));
      if (this.#bytes.length < 2) return { body, whole: false };
      this.#take(2);
    }
  }

  #take(length: number): string {
    const taken = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.slice(length);
    return taken;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#socket.once("data", () => resolve()).once("close", () => resolve());
      await promise;
    }
  }
}

/** One field of a head, with several lines joined by a comma; null if it is absent. */
export function field(head: string, name: string): string | null {
  const lines = [...head.matchAll(new RegExp(`^${name}: *(.*?) *\\r?$`, "gim"))].map(([, value]) => value);
  return lines.length === 0 ? null : lines.join(", ");
}
