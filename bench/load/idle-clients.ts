// Clients of server-sent events that receive nothing after the first event.
import { connect, type Socket } from "node:net";

/** How many connect at the same time. The limit keeps the system's accept queue out of the measurement. */
const AT_ONCE = 50;

/** Resolves when each client has its first event. The result disconnects all of them. */
export async function idleClients(url: string, host: string, count: number): Promise<() => void> {
  const sockets: Socket[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, () => listen(url, host));
    sockets.push(...(await Promise.all(some)));
  }
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

function listen(url: string, host: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.write(`GET /events HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n\r\n`);
    let heard = "";
    socket.on("data", (text) => {
      heard += text.toString("latin1");
      if (heard.includes("data: hello")) resolve(socket);
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`a listener was cut off: ${heard.slice(0, 200)}`)));
  });
}
