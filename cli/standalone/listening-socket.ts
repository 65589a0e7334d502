// An address that clients connect to, which outlives the processes that serve it: they inherit its socket. Where the system can say
// which of two sockets new clients reach, the processes of a reload get a socket of their own. The old ones are then asked by nobody
// new, and can finish the handshakes that they have begun before they are told to end: a runtime that is told to end closes each
// connection on which no request has come yet. Elsewhere all share one socket.
import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import net from "node:net";
import { loadReuseport, type Reuseport } from "./reuseport.ts";
import { SocketGroup } from "./socket-group.ts";

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
  /** From now on new clients reach it. What it returns is told when the processes on the socket before it have ended. */
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
  const bound = reuseport ? listenForSharing(address, port, reuseport) : await listenAlone(address, port);
  return new Listening(address, bound, reuseport);
}

async function listenAlone(address: string, port: number): Promise<BoundSocket> {
  const bound = bind(address, port, false);
  try {
    await makeListen(bound.fd());
    return bound;
  } catch (error) {
    bound.close();
    throw error;
  }
}

/**
 * Another program may have the address, also one that shares it and would get half of the clients. Only a socket that may not be shared
 * finds out, and only about those that listen. So nothing may come between: another `serve` could start at the same moment.
 */
function listenForSharing(address: string, port: number, reuseport: Reuseport): BoundSocket {
  if (port !== 0) bind(address, port, false).close();
  const bound = bind(address, port, true);
  if (reuseport.listen(bound.fd())) return bound;
  bound.close();
  throw Object.assign(new Error("cannot listen"), { code: "EADDRINUSE" });
}

function bind(host: string, port: number, reusePort: boolean): BoundSocket {
  if (!BoundSocket)
    throw new Error(
      `Node ${process.versions.node} cannot bind it for other processes; use 24.19 or 26.4, or later`,
    );
  return new BoundSocket({ host, port, reusePort });
}

/** A socket that is handed to processes, or one on which everybody is refused. */
class Held {
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
  /** All that there have been. */
  readonly #sockets: Held[];
  /** Nobody accepts on them at the moment. */
  readonly #free = new Set<Held>();
  #served: Held;
  #door: Held | undefined;
  #isRefusing = false;

  constructor(address: string, first: BoundSocket, reuseport: Reuseport | undefined) {
    this.#address = address;
    this.port = first.address().port;
    this.#served = new Held(first);
    this.#sockets = [this.#served];
    this.#group = reuseport && SocketGroup.of(this.#served.fd, reuseport);
  }

  get fd(): number {
    return this.#served.fd;
  }

  another(): NextSocket | undefined {
    const next = this.#unused();
    if (!next) return undefined;
    return {
      fd: next.fd,
      takeOver: () => {
        const before = this.#served;
        this.#served = next;
        if (!this.#isRefusing) this.#group?.reach(next.fd);
        return () => void this.#free.add(before);
      },
      close: () => void this.#free.add(next),
    };
  }

  refuse(): boolean {
    const door = this.#openDoor();
    if (!door) return false;
    this.#isRefusing = true;
    this.#group?.reach(door.fd);
    return true;
  }

  letIn(): void {
    if (!this.#isRefusing) return;
    this.#isRefusing = false;
    this.#group?.reach(this.#served.fd);
  }

  turnAway(): void {
    this.letIn();
    this.#served.refuse();
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #openDoor(): Held | undefined {
    if (this.#door) return this.#door;
    const door = this.#unused();
    door?.refuse();
    this.#door = door;
    return door;
  }

  #unused(): Held | undefined {
    const [free] = this.#free;
    if (free) {
      this.#free.delete(free);
      return free;
    }
    if (!this.#group) return undefined;
    const socket = new Held(bind(this.#address, this.port, true));
    if (this.#group.join(socket.fd)) {
      this.#sockets.push(socket);
      return socket;
    }
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
