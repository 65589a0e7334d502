import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { cachedSnapshots } from "../../worker/adapters/cached-snapshots.ts";
import { keepersAt } from "../../worker/adapters/keepers.ts";
import { keepersBound } from "../../worker/adapters/keepers-of.ts";
import { NO_COUNTS } from "../../worker/keeping/counts.ts";
import type { Command } from "../../worker/keeping/keeper-state.ts";
import { EMPTY_SNAPSHOT, snapshotText } from "../../worker/keeping/snapshot.ts";
import { unpackedSet } from "../../worker/routing/address-set.ts";
import { KeepersInProcess } from "../support/keepers-in-process.ts";
import { keepersContract, valueIn } from "./keepers.contract.ts";

const { KEEPER } = env as unknown as { KEEPER: DurableObjectNamespace };
const bound = keepersAt(keepersBound(KEEPER));
const KILL: Command = { kind: "switch", name: "kill", on: true };

keepersContract("keepers in this process", async () => new KeepersInProcess(Date.now));
keepersContract("keepers as Durable Objects", async () => bound);
keepersContract("keepers behind the data centre's cache", async () =>
  cachedSnapshots(bound, caches.default, (site) => ({ host: "cached.test", name: site }), Date.now, {
    find: 500,
    keep: 2_000,
    list: 2_000,
  }),
);

describe("a keeper as a Durable Object", () => {
  const stubOf = (site: string) => KEEPER.get(KEEPER.idFromName(site));

  it("has its state on disk, and its reports in memory only", async () => {
    const site = "evicted.test";
    const { revision } = valueIn(await bound.apply(site, KILL));
    await bound.report(site, { isolate: "i", place: "FRA", revision });
    await evictDurableObject(stubOf(site));
    expect(valueIn(await bound.inspect(site))).toMatchObject({ revision, switches: { kill: true } });
    expect(valueIn(await bound.receipt(site, revision))).toMatchObject({ isComplete: false, places: [] });
  });

  it("has what was counted on disk, and goes on from there", async () => {
    const site = "counted.test";
    const counts = { ...NO_COUNTS, requests: { "a hit 2xx": 2 } };
    const report = () => bound.report(site, { isolate: "i", place: "FRA", revision: 0, counts });
    const requests = async () => valueIn(await bound.tally(site, 7 * 86_400_000)).totals.requests;
    await report(); // written at once
    await report(); // written in ten seconds, or when somebody asks
    const { since } = valueIn(await bound.tally(site, 10_000));
    await evictDurableObject(stubOf(site));
    expect(await requests()).toEqual({ "a hit 2xx": 4 });
    await report();
    expect(await requests()).toEqual({ "a hit 2xx": 6 });
    expect(valueIn(await bound.tally(site, 10_000)).since).toBe(since);
  });

  it("keeps the hour and the week in slots, lets go of old ones, and leaves out what it cannot read", async () => {
    const site = "slots.test";
    const counts = { ...NO_COUNTS, requests: { "a hit 2xx": 2 } };
    const rows = () =>
      runInDurableObject(stubOf(site), (_keeper, { storage }) => [
        ...storage.sql.exec<{ ring: string; at: number; json: string }>("SELECT ring, at, json FROM slots"),
      ]);
    await bound.report(site, { isolate: "i", place: "FRA", revision: 0, counts });
    expect((await rows()).map(({ ring }) => ring)).toEqual(["hour", "week"]);
    const old = Date.now() - 8 * 86_400_000;
    await runInDurableObject(stubOf(site), (_keeper, { storage }) => {
      storage.sql.exec("DELETE FROM slots");
      storage.sql.exec("UPDATE totals SET json = 'half of'");
      for (const [ring, at, json] of [
        ["hour", old, JSON.stringify(counts)],
        ["week", old, JSON.stringify(counts)],
        ["week", old + 1, "half of"],
      ])
        storage.sql.exec("INSERT INTO slots (ring, at, json) VALUES (?, ?, ?)", ring, at, json);
    });
    await evictDurableObject(stubOf(site));
    await bound.report(site, { isolate: "i", place: "FRA", revision: 0, counts });
    expect((await rows()).filter(({ at }) => at <= old + 1)).toEqual([]);
    expect(valueIn(await bound.tally(site, 10_000)).totals.requests).toEqual({ "a hit 2xx": 2 });
  });

  it("keeps the revision of its making, though nothing was told to it", async () => {
    const site = "only-read.test";
    const { revision } = valueIn(await bound.read(site));
    await evictDurableObject(stubOf(site));
    expect(valueIn(await bound.read(site)).revision).toBe(revision);
  });

  it.each([
    ["a path that is none", "GET", "/elsewhere", undefined],
    ["a method that is none", "DELETE", "/state", undefined],
    ["a report that is no JSON", "POST", "/report", "{"],
    ["a report that is none", "POST", "/report", "{}"],
    ["a command that is no JSON", "POST", "/apply", "kill it"],
    ["a command that is a number", "POST", "/apply", "7"],
  ])("does not understand %s", async (_what, method, path, body) => {
    const stub = stubOf("odd.test");
    const response = await stub.fetch(`http://keeper${path}`, {
      method,
      ...(body !== undefined && { body }),
    });
    expect(response.status).toBe(400);
  });
});

describe("a keeper that does not answer well", () => {
  const answering = (respond: (request: Request) => Promise<Response>) =>
    keepersAt(() => ({ fetch: (request: RequestInfo | URL) => respond(request as Request) }) as Fetcher, {
      read: 50,
      apply: 60,
      list: 50,
    });
  const failures: [string, () => Promise<Response>, RegExp][] = [
    ["is not there", () => Promise.reject(new Error("no such object")), /no such object/],
    ["fails", async () => new Response("oh no", { status: 500 }), /answered 500: oh no/],
    ["says something else", async () => new Response("<html>"), /something else than a snapshot/],
    [
      "says half of it",
      async () => new Response(snapshotText(EMPTY_SNAPSHOT).slice(0, 20)),
      /something else/,
    ],
    ["speaks another format", async () => Response.json({ format: 2, revision: 7 }), /something else/],
    ["says nothing", () => new Promise(() => {}), /no answer within 50 ms/],
    ["never ends", async () => new Response(new ReadableStream()), /no answer within 50 ms/],
  ];

  it.each(failures)("because it %s, is a failure and not an exception", async (_what, respond, message) => {
    const keepers = answering(respond);
    const failure = {
      ok: false,
      error: { reason: "keeper-unavailable", message: expect.stringMatching(message) },
    };
    expect(await keepers.read("a.test")).toEqual(failure);
    expect(await keepers.report("a.test", { isolate: "i", place: "FRA", revision: 0 })).toEqual(failure);
  });

  it("is a failure as well where a name cannot be asked for", async () => {
    expect(await bound.read("\ud800.test")).toMatchObject({ ok: false });
  });

  it("is asked no longer once its time is over", async () => {
    let signal: AbortSignal | undefined;
    const keepers = answering((request) => {
      signal = request.signal;
      return new Promise(() => {});
    });
    await keepers.read("a.test");
    expect(signal?.aborted).toBe(true);
  });

  it("has longer for a command, which has to be written", async () => {
    const keepers = answering(() => new Promise(() => {}));
    expect(await keepers.apply("a.test", KILL)).toMatchObject({
      error: { message: "no answer within 60 ms" },
    });
  });

  it.each(["<html>", "null", "[]", '{"value":7}'])("says %s where it should say a result", async (text) => {
    const keepers = answering(async () => new Response(text));
    const failure = { ok: false, error: { reason: "keeper-unavailable" } };
    expect(await keepers.apply("a.test", KILL)).toMatchObject(failure);
    expect(await keepers.receipt("a.test", 7)).toMatchObject(failure);
    expect(await keepers.inspect("a.test")).toMatchObject(failure);
  });
});

describe("the data centre's cache", () => {
  let now = 1_000_000;
  const placeOf = (site: string) => ({ host: "cached.test", name: site });
  const aDataCentre = (keepers: KeepersInProcess, cache = caches.default) =>
    cachedSnapshots(keepers, cache, placeOf, () => now, { find: 100, keep: 2_000, list: 2_000 });

  it("keeps an address list for its isolates, and only a whole one", async () => {
    const keepers = new KeepersInProcess(() => now);
    const site = crypto.randomUUID();
    const lists = [{ name: "drop", url: "https://lists.test/", everyMs: 3_600_000 }];
    await keepers.report(site, { isolate: "i", place: "FRA", revision: 0, lists });
    keepers.readList(site, "drop", ["10.0.0.0/8", "2001:db8::/32"]);
    const told = Object.entries(valueIn(await keepers.read(site)).lists);
    const [key = "", digest = ""] = told[0] ?? [];
    keepers.asked.length = 0;
    for (const isolate of [aDataCentre(keepers), aDataCentre(keepers)]) {
      const words = valueIn(await isolate.list(site, { key, digest }));
      expect(unpackedSet(words)?.has("10.1.2.3")).toBe(true);
      expect(unpackedSet(words)?.has("2001:db9::1")).toBe(false);
    }
    expect(keepers.asked).toEqual([`list ${site} ${key}`]);
    const none = { key, digest: "f".repeat(32) };
    expect(await aDataCentre(keepers).list(site, none)).toMatchObject({ ok: false });
  });

  it("answers its isolates in place of the keeper for three seconds", async () => {
    const keepers = new KeepersInProcess(() => now);
    const isolates = [aDataCentre(keepers), aDataCentre(keepers)];
    const site = crypto.randomUUID();
    for (const isolate of [...isolates, ...isolates]) await isolate.read(site);
    now += 2_999;
    await keepers.apply(site, KILL);
    const reads = await Promise.all(isolates.map((isolate) => isolate.read(site)));
    expect(reads.map((read) => valueIn(read).switches.kill)).toEqual([false, false]);
    now += 1;
    for (const isolate of isolates) expect(valueIn(await isolate.read(site)).switches.kill).toBe(true);
    expect(keepers.asked).toEqual([`read ${site}`, `apply ${site}`, `read ${site}`]);
  });

  it("does not answer for another keeper", async () => {
    const keepers = new KeepersInProcess(() => now);
    const dataCentre = aDataCentre(keepers);
    const [site, other] = [crypto.randomUUID(), crypto.randomUUID()];
    await keepers.apply(site, KILL);
    await dataCentre.read(site);
    expect(valueIn(await dataCentre.read(other)).switches.kill).toBe(false);
  });

  it("is never asked for a report, and learns what comes back from one", async () => {
    const keepers = new KeepersInProcess(() => now);
    const [one, another] = [aDataCentre(keepers), aDataCentre(keepers)];
    const site = crypto.randomUUID();
    await one.read(site);
    const { revision } = valueIn(await keepers.apply(site, KILL));
    const report = { isolate: "i", place: "FRA", revision: 0 };
    expect(valueIn(await one.report(site, report)).revision).toBe(revision);
    expect(valueIn(await another.read(site)).revision).toBe(revision);
    expect(keepers.asked.filter((asked) => asked.startsWith("read"))).toHaveLength(1);
  });

  it("keeps no failure", async () => {
    const keepers = new KeepersInProcess(() => now);
    const dataCentre = aDataCentre(keepers);
    const site = crypto.randomUUID();
    keepers.isDown = true;
    expect((await dataCentre.read(site)).ok).toBe(false);
    keepers.isDown = false;
    expect((await dataCentre.read(site)).ok).toBe(true);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("no cache"))],
    ["hangs", () => new Promise(() => {})],
    [
      "has a garbled snapshot",
      async () => new Response("{", { headers: { "headgate-asked-at": String(now) } }),
    ],
    [
      "has one from the future",
      async () =>
        new Response(snapshotText(EMPTY_SNAPSHOT), { headers: { "headgate-asked-at": String(now + 1) } }),
    ],
    ["has one without a time", async () => new Response(snapshotText(EMPTY_SNAPSHOT))],
  ])("is passed by if it %s", async (_what, match) => {
    const keepers = new KeepersInProcess(() => now);
    const cache = { match, put: async () => {} } as unknown as Cache;
    const site = crypto.randomUUID();
    expect((await aDataCentre(keepers, cache).read(site)).ok).toBe(true);
    expect(keepers.asked).toEqual([`read ${site}`]);
  });

  it("is not waited for if it takes its time to keep something", async () => {
    const keepers = new KeepersInProcess(() => now);
    const cache = { match: async () => undefined, put: () => new Promise(() => {}) } as unknown as Cache;
    const slow = cachedSnapshots(keepers, cache, placeOf, () => now);
    const before = Date.now();
    expect((await slow.read("a.test")).ok).toBe(true);
    expect(Date.now() - before).toBeLessThan(300); // the longest wait of a request
  });

  it("does no harm if nothing can be put there", async () => {
    const keepers = new KeepersInProcess(() => now);
    const cache = { match: async () => undefined, put: () => Promise.reject(new Error("full")) };
    expect((await aDataCentre(keepers, cache as unknown as Cache).read("a.test")).ok).toBe(true);
  });
});
