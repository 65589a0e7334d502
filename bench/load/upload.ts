// Uploads a large body over a raw socket, as fast as it is read, and waits for the head of the answer.
import { connect } from "node:net";

/** Longer than anything that is measured. */
const PATIENCE_MS = 60_000;
const CHUNK = new Uint8Array(262_144);

/** The time it took. Rejects if the status is not 200. */
export function upload(
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: number,
): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const fields = { ...headers, "content-length": String(bytes), connection: "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`);
    let left = bytes;
    const send = (): void => {
      while (left > 0) {
        const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= chunk.length;
        if (!socket.write(chunk)) return void socket.once("drain", send);
      }
    };
    send();
    socket.once("data", (head) => {
      const status = head.toString("latin1").split(" ")[1];
      if (status === "200") resolve(performance.now() - started);
      else reject(new Error(`the upload is answered with ${status}`));
      socket.destroy();
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the upload was cut off")));
  });
}
