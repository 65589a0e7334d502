// Several sockets that listen on one address, of which one gets all new connections. The kernel knows them by their place in the order in
// which they began to listen. If one is closed, the last one takes its place, and for the length of a system call the kernel would be
// pointed at nothing, and would spread new connections over all. So none is closed before the end: it is used again.
import type { Reuseport } from "./reuseport.ts";

export class SocketGroup {
  readonly #reuseport: Reuseport;
  readonly #fds: number[];

  /** Undefined if the system cannot point to one of them. `first` listens and has no other socket beside it. */
  static of(first: number, reuseport: Reuseport): SocketGroup | undefined {
    return reuseport.pointTo(0, first) ? new SocketGroup(first, reuseport) : undefined;
  }

  private constructor(first: number, reuseport: Reuseport) {
    this.#reuseport = reuseport;
    this.#fds = [first];
  }

  /** Bound to the address, and not listening yet. New connections go where they went. False if the system refuses. */
  join(fd: number): boolean {
    if (!this.#reuseport.listen(fd)) return false;
    this.#fds.push(fd);
    return true;
  }

  /** New connections go to this one from now on. */
  reach(fd: number): void {
    this.#reuseport.pointTo(this.#fds.indexOf(fd), fd);
  }
}
