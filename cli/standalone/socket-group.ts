// Several sockets that listen on one address, of which one gets all new connections. It mirrors the order in which the kernel keeps
// them: a socket joins at the end, and the last one takes the place of one that leaves.
import type { Reuseport } from "./reuseport.ts";

export interface GroupSocket {
  readonly fd: number;
  close(): void;
}

export class SocketGroup {
  readonly #reuseport: Reuseport;
  readonly #members: GroupSocket[];
  #reached: GroupSocket;

  /** Undefined if the system cannot point to one of them. `first` listens and has no other socket beside it. */
  static of(first: GroupSocket, reuseport: Reuseport): SocketGroup | undefined {
    return reuseport.pointTo(0, first.fd) ? new SocketGroup(first, reuseport) : undefined;
  }

  private constructor(first: GroupSocket, reuseport: Reuseport) {
    this.#reuseport = reuseport;
    this.#members = [first];
    this.#reached = first;
  }

  get reached(): GroupSocket {
    return this.#reached;
  }

  /** Bound to the address, and not listening yet. New connections go where they went. False if the system refuses. */
  join(socket: GroupSocket): boolean {
    if (!this.#reuseport.listen(socket.fd)) return false;
    this.#members.push(socket);
    return true;
  }

  reach(socket: GroupSocket): void {
    this.#reached = socket;
    this.#point();
  }

  /**
   * Not the one that is reached. For the length of a system call the kernel may point behind the last socket, and then spreads new
   * connections over all: a socket that nobody accepts on should leave while at most two are left.
   */
  leave(socket: GroupSocket): void {
    const place = this.#members.indexOf(socket);
    if (place === -1) return;
    socket.close();
    const last = this.#members.pop();
    if (last && last !== socket) this.#members[place] = last;
    this.#point();
  }

  #point(): void {
    this.#reuseport.pointTo(this.#members.indexOf(this.#reached), this.#reached.fd);
  }
}
