// The processes that `headgate serve` keeps on its sockets, when they are killed and replaced at the same time.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CompiledConfig, compileConfig } from "../../cli/standalone/compile-config.ts";
import { Fleet } from "../../cli/standalone/fleet.ts";
import { type ListeningSocket, listenOn } from "../../cli/standalone/listening-socket.ts";
import { isAlive } from "../support/descendants.ts";
import { until } from "../support/service.ts";

let folder: string;
let socket: ListeningSocket;
let config: CompiledConfig;
let said: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "headgate-fleet-"));
  socket = await listenOn("127.0.0.1", 0);
  said = [];
  config = await compileConfig({
    worker: 'export default { fetch: () => new Response("hello") };',
    sockets: [
      { name: "edge 0", address: "127.0.0.1:0", service: { kind: "edge" } },
      { name: "alive", address: "unix:", service: { kind: "alive" } },
    ],
    compatibilityDate: "2026-11-01",
    compatibilityFlags: [],
    vars: {},
  });
});
afterEach(() => rm(folder, { recursive: true }));

const start = () =>
  Fleet.start(
    {
      processes: 2,
      sockets: new Map([["edge 0", socket]]),
      aliveAddress: (number) => `unix:${path.join(folder, `${number}.sock`)}`,
      onOutput: () => {},
      onRecords: () => {},
      tell: (sentence) => said.push(sentence),
    },
    config,
  );
const kill = (pid = 0) => process.kill(pid, "SIGKILL");
const replaced = () => said.filter((line) => line.includes("serves in its place")).length;

describe("a fleet", () => {
  // Before: the replacement came after the swap as well, and stayed as one process too many.
  it("has as many processes as it should after a swap in which one of them had just ended", async () => {
    const fleet = await start();
    for (let times = 1; times <= 3; times++) {
      kill(fleet.members[0]?.pid); // the pause before the replacement grows
      await until("it is replaced", () => replaced() === times);
    }
    kill(fleet.members[0]?.pid);
    await until("it has noticed", () => fleet.members.length === 1);
    await fleet.swap(config);
    expect(fleet.members).toHaveLength(2);
    kill(fleet.members[0]?.pid); // replaced after a longer pause than the one before, which is over then
    await until("it is replaced", () => replaced() === 4);
    expect(fleet.members).toHaveLength(2);
    await until("the sockets of the others are removed", async () => (await readdir(folder)).length === 2);
    await fleet.stop(0);
  });

  // Before: the socket on which clients waited for a process was closed when the new ones had another.
  it("answers those who wait for a process that has ended when it is swapped", async () => {
    const fleet = await start();
    for (const { pid } of fleet.members) kill(pid);
    await until("both have ended", () => fleet.members.length === 0);
    const waiting = Promise.all(
      Array.from({ length: 10 }, async () => (await request(`http://127.0.0.1:${socket.port}/`)).body.text()),
    );
    await fleet.swap(config);
    expect([...new Set(await waiting)]).toEqual(["hello"]);
    await fleet.stop(0);
  });

  it("that is stopped during a swap waits for no process that is starting", async () => {
    const fleet = await start();
    const [before] = fleet.members;
    const swap = fleet.swap(config);
    const stop = fleet.stop(0);
    await expect(swap).rejects.toThrow("the service is being ended");
    await stop;
    expect(isAlive(before?.pid ?? 0)).toBe(false);
    await expect(fleet.swap(config)).rejects.toThrow("the service is being ended");
  });
});
