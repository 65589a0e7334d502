// An address that clients connect to, which outlives the processes that serve it: they inherit its socket. Where the system can say
// which of two sockets new clients reach, the processes of a reload get a socket of their own. The old ones are then asked by nobody
// new, and can finish the handshakes that they have begun before they are told to end: a runtime that is told to end closes each
// connection on which no request has come yet. Elsewhere all share one socket.
import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import net from "node:net";
import { loadReuseport, type Reuseport } from "./reuseport.ts";
import { type GroupSocket, SocketGroup } from "./socket-group.ts";

export interface ListeningSocket {
  readonly port: number;
  /** What new clients reach. Handed to a child process as one of its descriptors. */
  readonly fd: number;
  /** For the processes that will replace those on `fd`. Undefined if they have to share it. Throws as `listenOn` does. */
  another(): NextSocket | undefined;
  /** Whoever connects from now on is refused, until `letIn`. False if the processes would go on accepting. */
  refuse(): boolean;
  letIn(): void;
  /**
   * For the end: whoever connects from now on is turned away. A draining workerd accepts nothing but keeps the socket open, so
   * a client would wait in its queue until the process ends.
   */
  turnAway(): void;
  close(): void;
}

export interface NextSocket {
  readonly fd: number;
  /** From now on new clients reach it. What it returns closes the socket before it, when the processes on that one have ended. */
  takeOver(): () => void;
  /** It is not needed after all. */
  close(): void;
}

/** Node 24.19 and later can bind without listening; the types do not know of the descriptor yet. */
interface BoundSocket {
  address(): { readonly port: number };
  fd(): number;
  close(): void;
}
const { BoundSocket } = net as unknown as {
  BoundSocket:
    | (new (address: {
        host: string;
        port: number;
        reusePort?: boolean;
      }) => BoundSocket)
    | undefined;
};

/** Rejects with a Node error, such as EADDRINUSE. Of a name that has several addresses, the first is used. */
export async function listenOn(
  host: string,
  port: number,
  loading: Promise<Reuseport | undefined> = loadReuseport(),
): Promise<ListeningSocket> {
  const { address } = await lookup(host);
  const reuseport = await loading;
  if (reuseport && port !== 0) bind(address, port, false).close(); // which finds out whether another program has the address
  const bound = bind(address, port, reuseport !== undefined);
  try {
    await makeListen(bound.fd());
  } catch (error) {
    bound.close();
    throw error;
  }
  return new Listening(address, bound, reuseport);
}

function bind(host: string, port: number, reusePort: boolean): BoundSocket {
  if (!BoundSocket)
    throw new Error(
      `Node ${process.versions.node} cannot bind it for other processes; use 24.19 or 26.4, or later`,
    );
  return new BoundSocket({ host, port, reusePort });
}

/** A socket that is handed to processes, or one on which everybody is refused. */
class Held implements GroupSocket {
  readonly fd: number;
  readonly #bound: BoundSocket;
  #refusing: net.Server | undefined;

  constructor(bound: BoundSocket) {
    this.#bound = bound;
    this.fd = bound.fd(); // which it does not tell once a server has it
  }

  refuse(): void {
    const refusing = net.createServer((connection) => connection.resetAndDestroy());
    refusing.on("error", () => {}); // clients wait in the queue then
    refusing.listen(this.#bound as unknown as net.ListenOptions);
    this.#refusing = refusing;
  }

  close(): void {
    if (this.#refusing) this.#refusing.close();
    else this.#bound.close();
  }
}

class Listening implements ListeningSocket {
  readonly port: number;
  readonly #address: string;
  readonly #group: SocketGroup | undefined;
  #served: Held;
  #door: Held | undefined;

  constructor(address: string, first: BoundSocket, reuseport: Reuseport | undefined) {
    this.#address = address;
    this.port = first.address().port;
    this.#served = new Held(first);
    this.#group = reuseport && SocketGroup.of(this.#served, reuseport);
  }

  get fd(): number {
    return this.#served.fd;
  }

  another(): NextSocket | undefined {
    const group = this.#group;
    const next = group && this.#joined(group);
    if (!next) return undefined;
    return {
      fd: next.fd,
      takeOver: () => {
        const before = this.#served;
        this.#served = next;
        group.reach(next);
        this.letIn();
        return () => group.leave(before);
      },
      close: () => group.leave(next),
    };
  }

  refuse(): boolean {
    if (this.#door || !this.#group) return this.#door !== undefined;
    const door = this.#joined(this.#group);
    if (!door) return false;
    door.refuse();
    this.#group.reach(door);
    this.#door = door;
    return true;
  }

  letIn(): void {
    const door = this.#door;
    if (!door || !this.#group) return;
    this.#door = undefined;
    this.#group.reach(this.#served);
    this.#group.leave(door);
  }

  turnAway(): void {
    this.letIn();
    this.#served.refuse();
  }

  close(): void {
    this.#served.close();
  }

  #joined(group: SocketGroup): Held | undefined {
    const socket = new Held(bind(this.#address, this.port, true));
    if (group.join(socket)) return socket;
    socket.close();
    return undefined;
  }
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
