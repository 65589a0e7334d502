// A client that sends raw bytes that no HTTP library would send, and returns the answer byte for byte.
import net from "node:net";

export interface RawAnswer {
  /** 0 if nothing came back. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Reads until the edge closes the connection. The request must ask for that, unless the edge closes anyway. */
export function sendRaw(edgeUrl: string, bytes: string): Promise<RawAnswer> {
  return exchange(edgeUrl, (socket) => socket.write(Buffer.from(bytes, "latin1")));
}

function exchange(edgeUrl: string, say: (socket: net.Socket) => void): Promise<RawAnswer> {
  const { port } = new URL(edgeUrl);
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), "127.0.0.1", () => say(socket));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {}); // a reset is an answer too; what came before it counts
    socket.on("close", () => {
      const text = Buffer.concat(chunks).toString("latin1");
      const [head = "", ...body] = text.split("\r\n\r\n");
      const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1] ?? 0);
      resolve({ status, head, body: body.join("\r\n\r\n") });
    });
  });
}

export const rawGet = (target: string, host: string, fields = ""): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields}\r\n`;

/** Sends these bytes and nothing more. It stops waiting after `waitMs`, because the answer may never end. */
export function sendRawAndHangUp(edgeUrl: string, bytes: string, waitMs = 3_000): Promise<RawAnswer> {
  return exchange(edgeUrl, (socket) => {
    socket.end(Buffer.from(bytes, "latin1"));
    socket.setTimeout(waitMs, () => socket.destroy());
  });
}
