// An origin that answers with bytes as they are given, for what no HTTP library would answer.
import net from "node:net";
import { afterAll, beforeAll } from "vitest";

export class RawOrigin {
  /** Sent to every request, and the connection then closed. */
  answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  /** In place of `answer`, where it depends on what was asked, byte for byte. */
  answers: (asked: string) => string = () => this.answer;
  /** The header of every request so far, a character for each byte. */
  asked: string[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("error", () => {}); // the edge may hang up first
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
