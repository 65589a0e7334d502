// An origin that answers with raw bytes that no HTTP library would send.
import net from "node:net";
import { afterAll, beforeAll } from "vitest";

export class RawOrigin {
  /** Sent in answer to every request. The connection is then closed. */
  answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  /** Replaces `answer` if it depends on the bytes of the request. */
  answers: (asked: string) => string = () => this.answer;
  /** The header of every request so far, one character per byte. */
  asked: string[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("error", () => {}); // the edge may close first
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      if (!chunk.includes("\r\n\r\n")) return;
      const asked = chunk.toString("latin1");
      this.asked.push(asked);
      socket.end(Buffer.from(this.answers(asked), "latin1"));
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

export function useRawOrigin(): RawOrigin {
  const origin = new RawOrigin();
  beforeAll(() => origin.start());
  afterAll(() => origin.stop());
  return origin;
}
