// `headgate serve` on a machine where things go wrong: odd entries among the site files, a cleaner of temporary files, signals at
// the wrong moment, processes that are killed, places that cannot be used.
import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { Agent, request } from "undici";
import { describe, expect, it } from "vitest";
import { descendantsOf, isAlive } from "../support/descendants.ts";
import { forwardingTo, SlowOrigin, saying, text, until, useServiceFolder } from "../support/service.ts";

const service = useServiceFolder();

interface Health {
  readonly status: string;
  readonly processes: readonly { readonly pid: number }[];
  readonly sites: number;
  readonly problems: number;
}
const healthAt = async (line: string): Promise<Health> =>
  (await (await request(line.replace(/.* on /, ""))).body.json()) as Health;
const ownFolder = (): string => {
  const [name = ""] = readdirSync(service.temporary).filter((entry) => entry.startsWith("headgate-serve-"));
  return path.join(service.temporary, name);
};

describe("site files", () => {
  // Before: a named pipe in the folder stopped the reading of all files, and the process could not be ended by a signal.
  it("that are pipes, devices or folders are reported, and change nothing for the others", async () => {
    await service.write("a.yaml", saying("one"));
    const { command, url } = await service.serve("--health", "0");
    const health = await command.line(/^health checks on /);
    await promisify(execFile)("mkfifo", [path.join(service.sites, "pipe.yaml")]);
    symlinkSync("/dev/zero", path.join(service.sites, "zero.yaml"));
    mkdirSync(path.join(service.sites, "folder.yaml"));
    await service.write("a.yaml", saying("two"));
    await until("the change is served", async () => (await text(url)) === "two");
    await command.line(/pipe\.yaml:1:1 .*it is not a regular file/);
    await command.line(/zero\.yaml:1:1 .*it is not a regular file/);
    await command.line(/folder\.yaml:1:1 .*EISDIR/);
    expect(await healthAt(health)).toMatchObject({ status: "ok", sites: 1, problems: 3 });

    // A folder that cannot be read any more is taken for an accident.
    await rename(service.sites, `${service.sites}.away`);
    await command.line(/no such file or folder/);
    expect(await text(url)).toBe("two");
    await rename(`${service.sites}.away`, service.sites);

    for (const name of ["pipe", "zero", "folder"]) {
      await rm(path.join(service.sites, `${name}.yaml`), { recursive: true });
    }
    // Before: the first in the alphabet took a host from the file that served it.
    await service.write("0.yaml", saying("thief"));
    await command.line(/0\.yaml:1:9 .*is taken: .*a\.yaml names \* too/);
    await service.write("b.yaml", saying("b", "b.test"));
    await until("the other is served", async () => (await text(url, "b.test")) === "b");
    expect(await text(url)).toBe("two");
    expect(await healthAt(health)).toMatchObject({ sites: 2, problems: 1 });
    expect(await command.interrupt()).toBe(0);
  });

  // Before: each writing began the wait for the end of the writing anew.
  it("that are written all the time are read all the time", async () => {
    await service.write("a.yaml", saying("0"));
    const { url } = await service.serve();
    const seen = new Set<string>();
    let written = 0;
    await until("several versions were served while it was written", async () => {
      await service.write("a.yaml", saying(String(++written)));
      seen.add(await text(url));
      return seen.size > 3;
    });
    await until("the last one is served", async () => (await text(url)) === String(written));
  });
});

describe("the folder of temporary files", () => {
  // Before: after some days without a request a cleaner had removed the sites, which then got 404, and no reload was possible.
  it("may be emptied by a cleaner", async () => {
    await service.write("a.yaml", saying("one"));
    const { command, url } = await service.serve("--health", "0");
    const health = await command.line(/^health checks on /);
    expect(await text(url)).toBe("one");

    const sites = path.join(ownFolder(), "sites");
    for (const name of readdirSync(sites)) rmSync(path.join(sites, name));
    await service.write("b.yaml", saying("b", "b.test"));
    await until(
      "both are served",
      async () => (await text(url)) === "one" && (await text(url, "b.test")) === "b",
    );

    // The folder itself, whose name anybody could take now.
    const lost = ownFolder();
    rmSync(lost, { recursive: true });
    mkdirSync(path.join(lost, "sites"), { recursive: true });
    command.signal("SIGHUP");
    await command.line(/^reloaded: /);
    await until("they are served again", async () => (await text(url)) === "one");
    expect(await healthAt(health)).toMatchObject({ status: "ok" });
    expect(readdirSync(path.join(lost, "sites"))).toEqual([]);
    rmSync(lost, { recursive: true });
    expect(await command.interrupt()).toBe(0);
    expect(readdirSync(service.temporary)).toEqual(["given"]);
  });
});

describe.runIf(process.platform === "linux")("a crowd of clients", () => {
  // Before: the runtime ended when it had no descriptor left for the next connection, and every answer in progress with it. A client takes
  // two, so whether it could not accept it, or accepted and closed it, depended on whether the limit was even.
  it.each([1_200, 1_201])("does not end a process that may open %i descriptors", async (descriptors) => {
    const slow = new SlowOrigin();
    await service.write("a.yaml", forwardingTo(await slow.start()));
    const { command, url } = await service.serveWithin(descriptors, "--health", "0");
    const health = (await command.line(/^health checks on /)).replace(/.* on /, "");
    await command.line(new RegExp(`^a process may open ${descriptors} descriptors only, and ends when`));
    const inFlight = await request(`${url}/slow`);
    const { port } = new URL(url);
    const crowd: Socket[] = [];
    const refused = new Set<string | undefined>();
    await until("new clients are refused", async () => {
      for (let count = 0; count < 20; count++) {
        const socket = connect(Number(port), "127.0.0.1");
        socket.on("error", ({ code }: NodeJS.ErrnoException) => refused.add(code));
        crowd.push(socket);
      }
      return refused.size > 0 || crowd.length > 1_000;
    });
    expect([...refused]).toEqual(["ECONNRESET"]);
    await command.line(/^process \d+ has \d+ descriptors open and ends at \d+: new clients are refused/);
    // Each of those that are in may ask, which takes more.
    for (const [index, socket] of crowd.entries()) {
      if (!socket.destroyed) socket.write(`GET /slow?${index} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
    }
    await until("their requests are at the origin", () => slow.waiting > 50);
    expect(await (await request(health)).body.json()).toMatchObject({
      processes: [{ pid: expect.any(Number) }],
    });
    slow.finish();
    expect(await inFlight.body.text()).toBe("begun, finished");

    for (const socket of crowd) socket.destroy();
    await command.line(/^new clients are accepted again$/);
    expect(await text(`${url}/quick`)).toBe("begun, quick");
    expect(command.err.filter((line) => line.includes("ended unexpectedly"))).toEqual([]);
    slow.stop();
  });
});

describe("a signal", () => {
  it("may come at any moment", async () => {
    const slow = new SlowOrigin();
    await service.write("a.yaml", forwardingTo(await slow.start()));
    const run = path.join(service.temporary, "run");
    await mkdir(run);
    const command = service.begin(["--port", "0", "--processes", "2", "--pid-file", path.join(run, "pid")]);

    // Before: a SIGHUP during the start ended the service.
    await until("it has begun", () => ownFolder().includes("headgate-serve-"));
    command.signal("SIGHUP");
    const ready = await command.line(/ sites? on http:/);
    const url = ready.replace(/.* on (\S+);.*/, "$1");
    const reloads = () => command.err.filter((line) => line.startsWith("reloaded: ")).length;
    await until("it has reloaded", () => reloads() === 1);

    // Before: each of them made new processes, one after the other.
    for (let count = 0; count < 20; count++) {
      command.signal("SIGHUP");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until("it has reloaded again", () => reloads() > 1);

    // Before: a pid file that could not be written ended the service at the next reload.
    await rm(run, { recursive: true, maxRetries: 10 }); // a reload that was asked for above may be writing into it
    command.signal("SIGHUP");
    await command.line(/^the pid file .*\/run\/pid cannot be written: ENOENT$/);
    expect(reloads()).toBeLessThan(7);
    // And sites/, objects/ and the socket of the state process.
    await until("the processes are two again", () => readdirSync(ownFolder()).length === 5);

    // Before: the new processes went on listening, and the service never ended.
    const inFlight = await request(`${url}/slow`);
    const started = descendantsOf(command.pid);
    command.signal("SIGHUP");
    command.signal("SIGTERM");
    command.signal("SIGHUP");
    await expect
      .poll(() => request(url, { dispatcher: new Agent() }).catch((error: Error) => error.message))
      .toMatch(/ECONNRE|closed/);
    command.signal("SIGHUP");
    slow.finish();
    expect(await inFlight.body.text()).toBe("begun, finished");
    expect(await command.ended).toBe(0);
    expect(started.filter(isAlive)).toEqual([]);
    expect(readdirSync(service.temporary)).toEqual(["given"]);
    slow.stop();
  });

  it("of another kind is a second one, and ends it at once", async () => {
    const slow = new SlowOrigin();
    await service.write("a.yaml", forwardingTo(await slow.start()));
    const { command, url } = await service.serve("--grace", "1h");
    const inFlight = await request(`${url}/slow`);
    command.signal("SIGTERM");
    await expect
      .poll(() => request(url, { dispatcher: new Agent() }).catch((error: Error) => error.message))
      .toMatch(/ECONNRE|closed/);
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    await expect(inFlight.body.text()).rejects.toThrow();
    slow.stop();
  });
});

describe("a start", () => {
  // Before: most of these were stack traces, and some left a folder behind.
  it("that is not possible says why in one sentence, and leaves nothing behind", async () => {
    await service.write("a.yaml", saying("one"));
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const open = path.join(service.temporary, "open");
    const foreign = path.join(service.temporary, "foreign");
    const long = path.join(service.temporary, "long".repeat(25));
    for (const folder of [open, foreign, long]) mkdirSync(folder);
    chmodSync(open, 0o777);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(foreign, 65_534, 65_534);
    const rows: [args: string[], temporary: string, sentence: RegExp][] = [
      [
        ["--health", String(port)],
        service.temporary,
        /^error: 127\.0\.0\.1:\d+ is in use; choose another --health$/,
      ],
      [
        ["--pid-file", "/no/such/pid"],
        service.temporary,
        /^error: the pid file .* cannot be written: ENOENT$/,
      ],
      [[], "/no/such/folder", /^error: TMPDIR is \/no\/such\/folder, which cannot be used: ENOENT$/],
      [[], open, /^error: TMPDIR is .*\/open can be written by other users, who could replace the sites/],
      [[], long, /^error: TMPDIR is .*, which is too long for a path of sockets/],
      ...(isRoot
        ? [
            [
              [],
              foreign,
              /^error: TMPDIR is .*\/foreign belongs to another user/,
            ] satisfies (typeof rows)[number],
          ]
        : []),
    ];
    const commands = rows.map(([args, temporary]) => service.begin(["--port", "0", ...args], temporary));
    expect(await Promise.all(commands.map(({ ended }) => ended))).toEqual(rows.map(() => 1));
    expect(commands.map(({ err }) => err)).toEqual(
      rows.map(([, , sentence]) => [expect.stringMatching(sentence)]),
    );
    expect(readdirSync(service.temporary).sort()).toEqual(["foreign", "given", path.basename(long), "open"]);
    taken.close();
  });
});
