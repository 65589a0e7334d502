// The address that the processes of `headgate serve` share, with the sockets of this system.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ListeningSocket, listenOn, type NextSocket } from "../../cli/standalone/listening-socket.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

async function listen(...reuseport: [] | [Promise<undefined>]): Promise<ListeningSocket> {
  const socket = await listenOn("127.0.0.1", 0, ...reuseport);
  open.push(socket);
  return socket;
}

/** A process that has inherited the descriptor, and says its name to each client. */
const PROGRAM = `require("node:net").createServer((client) => client.end(process.argv[1])).listen({ fd: 3 }, () => console.log("ready"))`;

async function accepting(name: string, fd: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--eval", PROGRAM, name], {
    stdio: ["ignore", "pipe", "inherit", fd],
  });
  open.push({ close: () => child.kill("SIGKILL") });
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

const nextOf = (socket: ListeningSocket): NextSocket => {
  const next = socket.another();
  if (!next) throw new Error("this system can point to one of two sockets");
  return next;
};

/** What each of so many clients got, each thing once. */
async function clients(port: number, count = 40): Promise<string[]> {
  const all = await Promise.all(Array.from({ length: count }, () => client(port)));
  return [...new Set(all)].sort();
}

function client(port: number): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = net.connect(port, "127.0.0.1");
    socket.on("data", (data) => (got += data.toString()));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => (got += code));
    socket.on("close", () => resolve(got));
  });
}

describe.runIf(process.platform === "linux")("an address of which each reload gets a socket", () => {
  it("gives new clients to the next socket from when it takes over, and none before", async () => {
    const socket = await listen();
    let serving = await accepting("first", socket.fd);
    for (const [before, name] of [
      ["first", "second"],
      ["second", "third"],
      ["third", "fourth"],
    ] as const) {
      const next = nextOf(socket);
      const coming = await accepting(name, next.fd);
      expect(await clients(socket.port)).toEqual([before]);
      const close = next.takeOver();
      expect(socket.fd).toBe(next.fd);
      expect(await clients(socket.port)).toEqual([name]);
      await end(serving);
      expect(await clients(socket.port)).toEqual([name]);
      close();
      expect(await clients(socket.port)).toEqual([name]);
      serving = coming;
    }
  });

  it("keeps several old sockets apart, whichever is closed first", async () => {
    const socket = await listen();
    const closings: (() => void)[] = [];
    const old = [await accepting("0", socket.fd)];
    for (const name of ["1", "2", "3"]) {
      const next = nextOf(socket);
      old.push(await accepting(name, next.fd));
      closings.push(next.takeOver());
    }
    for (const index of [1, 0, 2]) {
      await end(old[index]);
      closings[index]?.();
      expect(await clients(socket.port)).toEqual(["3"]);
    }
  });

  it("stays with the old socket if the next one is given up", async () => {
    const socket = await listen();
    await accepting("old", socket.fd);
    const next = nextOf(socket);
    await end(await accepting("new", next.fd));
    next.close();
    expect(await clients(socket.port)).toEqual(["old"]);
  });

  it("refuses new clients for a while, and lets in all after it", async () => {
    const socket = await listen();
    await accepting("served", socket.fd);
    for (let times = 0; times < 3; times++) {
      expect(socket.refuse()).toBe(true);
      expect(socket.refuse()).toBe(true);
      expect(await clients(socket.port)).toEqual(["ECONNRESET"]);
      socket.letIn();
      socket.letIn();
      expect(await clients(socket.port)).toEqual(["served"]);
    }
  });

  // Before: they were let in, although a process was as full as before.
  it("refuses them also after other processes have taken over", async () => {
    const socket = await listen();
    await accepting("crowded", socket.fd);
    socket.refuse();
    const next = nextOf(socket);
    await accepting("empty", next.fd);
    next.takeOver();
    expect(await clients(socket.port)).toEqual(["ECONNRESET"]);
    socket.letIn();
    expect(await clients(socket.port)).toEqual(["empty"]);
  });

  // Before: closing an old socket moved another one to its place, and for a moment the kernel spread new clients over all.
  it("loses no client while some old processes live on and others end", async () => {
    const socket = await listen();
    await accepting("held", socket.fd);
    let now = nextOf(socket);
    let serving = await accepting("0", now.fd);
    now.takeOver();
    let isOver = false;
    const outcomes = new Set<string>();
    const asking = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!isOver) outcomes.add(await client(socket.port));
      }),
    );
    for (let generation = 1; generation <= 8; generation++) {
      now = nextOf(socket);
      const coming = await accepting(String(generation), now.fd);
      const hasEnded = now.takeOver();
      await clients(socket.port); // those that had reached the old one are answered
      await end(serving);
      hasEnded();
      serving = coming;
    }
    isOver = true;
    await asking;
    expect([...outcomes].filter((outcome) => !/^\d$/.test(outcome))).toEqual([]);
  });

  it("turns everybody away at the end, also while new clients are refused", async () => {
    const socket = await listen();
    socket.refuse();
    socket.turnAway();
    expect(await clients(socket.port)).toEqual(["ECONNRESET"]);
  });
});

describe("an address with one socket for all", () => {
  it("has no other socket, and cannot refuse", async () => {
    const socket = await listen(Promise.resolve(undefined));
    await accepting("served", socket.fd);
    expect(socket.another()).toBeUndefined();
    expect(socket.refuse()).toBe(false);
    socket.letIn();
    expect(await clients(socket.port)).toEqual(["served"]);
  });
});

describe("an address that is in use", () => {
  // Linux lets one user share an address by SO_REUSEPORT, which would give half of the clients to each of two services.
  // Before: the first one began to listen some 50 ms after it was bound, and only one that listens is noticed.
  it("is an error for all but one of those that start at once", async () => {
    const port = (await listen()).port + 1;
    const starts = await Promise.allSettled([1, 2, 3].map(() => listenOn("127.0.0.1", port)));
    for (const start of starts) if (start.status === "fulfilled") open.push(start.value);
    expect(starts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it.each(["by another service", "by any program", "by a program that would share it"])(
    "%s is an error",
    async (whose) => {
      let { port } = await listen();
      if (whose !== "by another service") {
        const other = net.createServer();
        open.push(other);
        other.listen({ host: "127.0.0.1", port: 0, reusePort: whose.endsWith("share it") });
        await once(other, "listening");
        port = (other.address() as AddressInfo).port;
      }
      await expect(listenOn("127.0.0.1", port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    },
  );
});
