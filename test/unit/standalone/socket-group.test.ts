// The kernel keeps the sockets of one address in the order in which they began to listen. That it does is shown in
// test/scenarios/listening-socket.test.ts.
import { describe, expect, it } from "vitest";
import type { Reuseport } from "../../../cli/standalone/reuseport.ts";
import { SocketGroup } from "../../../cli/standalone/socket-group.ts";

class Kernel implements Reuseport {
  readonly listening: number[] = [100];
  index = 0;
  isWilling = true;

  listen(fd: number): boolean {
    if (this.isWilling) this.listening.push(fd);
    return this.isWilling;
  }

  pointTo(index: number): boolean {
    if (this.isWilling) this.index = index;
    return this.isWilling;
  }

  get reached(): number | undefined {
    return this.listening[this.index];
  }
}

function begin(): { kernel: Kernel; group: SocketGroup } {
  const kernel = new Kernel();
  const group = SocketGroup.of(100, kernel);
  if (!group) throw new Error("the kernel is willing");
  return { kernel, group };
}

describe("a group of sockets", () => {
  it("is none where the system cannot point to one of them", () => {
    const kernel = new Kernel();
    kernel.isWilling = false;
    expect(SocketGroup.of(100, kernel)).toBeUndefined();
  });

  it("lets sockets join without giving them a connection, until one is to be reached", () => {
    const { kernel, group } = begin();
    expect([group.join(101), group.join(102)]).toEqual([true, true]);
    expect(kernel.reached).toBe(100);
    for (const fd of [102, 101, 100, 102]) {
      group.reach(fd);
      expect(kernel.reached).toBe(fd);
    }
  });

  it("does not count a socket that could not join", () => {
    const { kernel, group } = begin();
    kernel.isWilling = false;
    expect(group.join(101)).toBe(false);
    kernel.isWilling = true;
    group.join(102);
    group.reach(102);
    expect(kernel.reached).toBe(102);
  });
});
