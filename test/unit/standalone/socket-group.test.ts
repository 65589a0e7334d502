// The kernel keeps the sockets of one address in an order that only `SocketGroup` knows of from outside. Here it is a model of Linux's
// net/core/sock_reuseport.c: a socket that listens is appended, the last one takes the place of one that is closed, and an index behind
// the last one is as good as none. That the kernel is like this is shown in test/scenarios/listening-socket.test.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reuseport } from "../../../cli/standalone/reuseport.ts";
import { type GroupSocket, SocketGroup } from "../../../cli/standalone/socket-group.ts";

class Kernel implements Reuseport {
  readonly listening: number[] = [];
  index: number | undefined;
  isWilling = true;

  listen(fd: number): boolean {
    if (this.isWilling) this.listening.push(fd);
    return this.isWilling;
  }

  pointTo(index: number): boolean {
    if (this.isWilling) this.index = index;
    return this.isWilling;
  }

  close(fd: number): void {
    const place = this.listening.indexOf(fd);
    const last = this.listening.pop();
    if (last !== undefined && last !== fd) this.listening[place] = last;
  }

  /** Those that may get a new connection. */
  reached(): number[] {
    const one = this.index === undefined ? undefined : this.listening[this.index];
    return one === undefined ? this.listening : [one];
  }
}

const socketIn = (kernel: Kernel, fd: number): GroupSocket => ({ fd, close: () => kernel.close(fd) });

function begin(): { kernel: Kernel; first: GroupSocket; group: SocketGroup } {
  const kernel = new Kernel();
  const first = socketIn(kernel, 100);
  kernel.listen(first.fd);
  const group = SocketGroup.of(first, kernel);
  if (!group) throw new Error("the kernel is willing");
  return { kernel, first, group };
}

describe("a group of sockets", () => {
  it("is none where the system cannot point to one of them", () => {
    const kernel = new Kernel();
    kernel.isWilling = false;
    expect(SocketGroup.of(socketIn(kernel, 100), kernel)).toBeUndefined();
  });

  it("lets a socket join without giving it a connection, until it is to be reached", () => {
    const { kernel, group } = begin();
    const next = socketIn(kernel, 101);
    expect(group.join(next)).toBe(true);
    expect(kernel.reached()).toEqual([100]);
    group.reach(next);
    expect(kernel.reached()).toEqual([101]);
  });

  it("does not count a socket that could not join", () => {
    const { kernel, group } = begin();
    kernel.isWilling = false;
    expect(group.join(socketIn(kernel, 101))).toBe(false);
    kernel.isWilling = true;
    const next = socketIn(kernel, 102);
    group.join(next);
    group.reach(next);
    expect(kernel.reached()).toEqual([102]);
  });

  it("gives all new connections to the one that is reached, whatever joins and leaves", () => {
    const step = fc.record({ what: fc.constantFrom("join", "reach", "leave"), which: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { kernel, first, group } = begin();
        const members = [first];
        let next = 101;
        for (const { what, which } of steps) {
          const chosen = members[which % members.length] ?? first;
          if (what === "join") {
            const socket = socketIn(kernel, next++);
            group.join(socket);
            members.push(socket);
          } else if (what === "reach") {
            group.reach(chosen);
          } else if (chosen !== group.reached) {
            group.leave(chosen);
            members.splice(members.indexOf(chosen), 1);
          }
          expect(kernel.reached()).toEqual([group.reached.fd]);
        }
      }),
    );
  });

  it("closes a socket once", () => {
    const { kernel, group } = begin();
    const closed: number[] = [];
    const next: GroupSocket = { fd: 101, close: () => closed.push(101) };
    group.join(next);
    kernel.close(101);
    group.leave(next);
    group.leave(next);
    expect(closed).toEqual([101]);
  });
});
