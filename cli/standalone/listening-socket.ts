// A listening socket that outlives the processes that serve it: they inherit it, so that one can replace another while
// clients connect, and the kernel spreads the connections over those that accept.
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";

export interface ListeningSocket {
  readonly port: number;
  /** Handed to a child process as one of its descriptors. */
  readonly fd: number;
  /**
   * For the end: whoever connects from now on is turned away. A draining workerd accepts nothing but keeps the socket open, so
   * a client would wait in its queue until the process ends.
   */
  turnAway(): void;
  close(): void;
}

/** Node 24 can bind without listening; the types do not know of it yet. */
interface BoundSocket {
  address(): { readonly port: number };
  fd(): number;
  close(): void;
}
const { BoundSocket } = net as unknown as {
  BoundSocket: new (address: { host: string; port: number }) => BoundSocket;
};

/** Rejects with a Node error, such as EADDRINUSE. */
export async function listenOn(host: string, port: number): Promise<ListeningSocket> {
  const bound = new BoundSocket({ host, port });
  try {
    await makeListen(bound.fd());
  } catch (error) {
    bound.close();
    throw error;
  }
  const turning = net.createServer((connection) => connection.resetAndDestroy());
  turning.on("error", () => {}); // clients wait in the queue then
  let isTurning = false;
  return {
    port: bound.address().port,
    fd: bound.fd(),
    turnAway: () => {
      isTurning = true;
      turning.listen(bound as unknown as net.ListenOptions);
    },
    close: () => (isTurning ? turning.close() : bound.close()),
  };
}

/** workerd accepts on the descriptor that it is given but does not make it listen. A short-lived child process does. */
const LISTEN = `require("node:net").createServer().listen({ fd: 3, backlog: 511 }, () => process.exit(0))
  .on("error", (error) => { process.stderr.write(error.code); process.exit(1); });`;

async function makeListen(fd: number): Promise<void> {
  const child = spawn(process.execPath, ["--eval", LISTEN], { stdio: ["ignore", "ignore", "pipe", fd] });
  let code = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (code += text));
  const [exitCode] = await once(child, "close");
  if (exitCode !== 0) throw Object.assign(new Error(`cannot listen: ${code}`), { code });
}
