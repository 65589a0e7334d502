// A listening socket that outlives the processes that serve it: they inherit it, so that one can replace another while
// clients connect, and the kernel spreads the connections over those that accept.
import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
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

/** Node 24.19 and later can bind without listening; the types do not know of the descriptor yet. */
interface BoundSocket {
  address(): { readonly port: number };
  fd(): number;
  close(): void;
}
const { BoundSocket } = net as unknown as {
  BoundSocket: (new (address: { host: string; port: number }) => BoundSocket) | undefined;
};

/** Rejects with a Node error, such as EADDRINUSE. Of a name that has several addresses, the first is used. */
export async function listenOn(host: string, port: number): Promise<ListeningSocket> {
  if (!BoundSocket)
    throw new Error(
      `Node ${process.versions.node} cannot bind it for other processes; use 24.19 or 26.4, or later`,
    );
  const { address } = await lookup(host);
  const bound = new BoundSocket({ host: address, port });
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

/** The options that come with an address of their own. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["--port", "--host"],
  ["--admin-port", "--admin-host"],
]);

/** A sentence for the operator. `option`: what the address was given with. */
export function whyNotBound(
  error: unknown,
  address: string,
  option: "--port" | "--listen" | "--health" | "--admin-port",
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${address} is in use; choose another ${option}`;
  if (code === "EACCES") {
    const what = option === "--port" || option === "--admin-port" ? option : "port";
    return `${address} is not allowed for this user; choose a ${what} above 1023`;
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EINVAL") {
    return `${address} is not an address of this machine; choose another ${HOSTS.get(option) ?? option}`;
  }
  return `${address} cannot be listened on: ${message}`;
}
