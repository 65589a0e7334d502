// An origin that records every byte, reads it strictly, and answers as it is told. It keeps connections open, so that what is
// left over of one request would be read as the next one.
import net from "node:net";
import { type Message, requestsIn } from "./messages.ts";
import type { Answering } from "./try.ts";

interface Connection {
  readonly socket: net.Socket;
  /** What has arrived since the last complete request. */
  pending: string;
}

/** Repeats the request line. */
export const ECHO: Answering = (request, socket) => {
  const line = request.slice(0, request.indexOf(" HTTP/1.1"));
  const head = `HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: ${line.length}\r\n\r\n`;
  socket.write(request.startsWith("HEAD ") ? head : head + line, "latin1");
};

export class RecordingOrigin {
  answers: Answering = ECHO;
  /** Everything since `forget`. */
  bytes = "";
  messages: Message[] = [];
  /** What came of requests whose connection has ended. */
  #broken: string[] = [];
  readonly #connections = new Set<Connection>();
  readonly #server = net.createServer((socket) => this.#serve(socket));

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    for (const { socket } of this.#connections) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** `GET /path` for each request, with `, cut` if its end has not come. */
  get asked(): string[] {
    const lines = this.messages.map(({ line }) => line.replace(/ HTTP\/1\.1$/, ""));
    const open = [...this.#connections].map(({ pending }) => pending).filter((pending) => pending !== "");
    return [
      ...lines,
      ...[...this.#broken, ...open].map((bytes) => `${bytes.split(" HTTP/1.1\r\n")[0]}, cut`),
    ];
  }

  get faults(): readonly string[] {
    return this.messages.flatMap(({ faults }) => faults);
  }

  forget(): void {
    this.bytes = "";
    this.messages = [];
    this.#broken = [];
    for (const connection of this.#connections) {
      if (connection.pending === "") continue;
      connection.pending = "";
      connection.socket.destroy();
    }
  }

  #serve(socket: net.Socket): void {
    const connection = { socket, pending: "" };
    this.#connections.add(connection);
    socket.setNoDelay(true);
    socket.on("error", () => {}); // the edge may close first
    socket.on("close", () => {
      this.#connections.delete(connection);
      if (connection.pending !== "") this.#broken.push(connection.pending);
    });
    socket.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      this.bytes += text;
      const { messages, rest } = requestsIn(connection.pending + text);
      connection.pending = rest;
      for (const message of messages) {
        this.messages.push(message);
        this.#answer(message.bytes, socket);
      }
    });
  }

  #answer(request: string, socket: net.Socket): void {
    if (typeof this.answers !== "string") this.answers(request, socket);
    else if (/^connection: keep-alive/im.test(this.answers)) socket.write(this.answers, "latin1");
    else socket.end(this.answers, "latin1");
  }
}
