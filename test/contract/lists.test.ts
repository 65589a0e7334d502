// The lists of a keeper as a Durable Object of Miniflare: what was read is on disk, stays in force whatever comes after it, and
// reaches isolates as it was read.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { KeeperLists } from "../../worker/adapters/keeper-lists.ts";
import { KeeperParts } from "../../worker/adapters/keeper-parts.ts";
import { keepersAt } from "../../worker/adapters/keepers.ts";
import { keepersBound } from "../../worker/adapters/keepers-of.ts";
import { digest } from "../../worker/adapters/web-crypto.ts";
import { type ListWanted, listKey } from "../../worker/keeping/list-wanted.ts";
import { countRanges, unpackedSet } from "../../worker/routing/address-set.ts";
import { valueIn } from "./keepers.contract.ts";

const { KEEPER } = env as unknown as { KEEPER: DurableObjectNamespace };
const keepers = keepersAt(keepersBound(KEEPER));
const stubOf = (site: string) => KEEPER.get(KEEPER.idFromName(site));

const HOUR = 3_600_000;
const DROP: ListWanted = { name: "drop", url: "https://127.0.0.1:1/drop?key=${secret:KEY}", everyMs: HOUR };
const KEY = listKey(DROP);

/** The lists of a keeper with a clock and a publisher of the test, on the disk of a Durable Object. */
function withLists(
  site: string,
  act: (world: {
    lists: KeeperLists;
    /** An hour later, with this answer; null if a secret of the URL is lacking. */
    read(answer: Response | Error | null): Promise<void>;
    /** The URLs that were asked. */
    asked: string[];
    logged: string[];
    told: number;
  }) => Promise<void>,
): Promise<void> {
  return runInDurableObject(stubOf(site), async (_keeper, { storage }) => {
    let now = 1_000_000_000;
    let answer: Response | Error | null = new Response();
    const asked: string[] = [];
    const logged: string[] = [];
    const log = vi.spyOn(console, "warn").mockImplementation((line: string) => void logged.push(line));
    const world = { logged, told: 0 };
    const lists = new KeeperLists({
      sql: storage.sql,
      parts: new KeeperParts(storage.sql),
      digest,
      site: () => site,
      urlOf: (url) => (answer === null ? undefined : url.replace("${secret:KEY}", "secret")),
      onRead: () => void world.told++,
      wakeUp: async () => {},
      fetching: (async (url: string) => {
        asked.push(url);
        if (answer instanceof Error) throw answer;
        return answer;
      }) as unknown as typeof fetch,
    });
    const read = (next: Response | Error | null) => {
      now += HOUR;
      answer = next;
      lists.hear([DROP], now);
      return lists.readDue(() => now);
    };
    await act(Object.assign(world, { lists, read, asked }));
    log.mockRestore();
  });
}

const has = (bytes: Uint8Array | undefined, ip: string) =>
  bytes && unpackedSet(new Uint32Array(bytes.buffer as ArrayBuffer))?.has(ip);

describe("the lists of a keeper", () => {
  it("are read, stored, and read again from the disk", async () => {
    await withLists("kept.test", async ({ lists, read }) => {
      await read(new Response("10.0.0.0/8 ; all of it\n"));
      const good = lists.listing[KEY]?.good;
      expect(good).toMatchObject({ ranges: 1 });
      expect(has(lists.bytes(KEY, good?.digest ?? ""), "10.1.2.3")).toBe(true);
      expect(lists.bytes(KEY, "0".repeat(32))).toBeUndefined();
    });
    await withLists("kept.test", async ({ lists }) => {
      const good = lists.listing[KEY]?.good;
      expect(has(lists.bytes(KEY, good?.digest ?? ""), "10.1.2.3")).toBe(true);
    });
  });

  it("stay in force whatever is read after them, and the log says so once", async () => {
    await withLists("good.test", async ({ lists, read, logged }) => {
      await read(new Response("10.0.0.0/8\n"));
      const { digest: known = "" } = lists.listing[KEY]?.good ?? {};
      for (const bad of [
        new Response("<html>", { headers: { "content-type": "text/html" } }),
        new Response("<html>"),
        new Response(""),
        new Response("moved", { status: 301, headers: { location: "https://elsewhere.test/" } }),
        new Response("oh no", { status: 500 }),
        new Error("no such host"),
      ])
        await read(bad);
      expect(lists.listing[KEY]).toMatchObject({
        good: { digest: known },
        failing: { because: "connect", times: 6 },
      });
      expect(has(lists.bytes(KEY, known), "10.1.2.3")).toBe(true);
      await read(new Response("192.0.2.0/24\n"));
      expect(lists.listing[KEY]?.failing).toBeUndefined();
      expect(lists.bytes(KEY, known)).toBeUndefined();
      const lines = logged.map((line) => JSON.parse(line));
      expect(lines.map(({ level, because, ranges }) => because ?? `${level} ${ranges}`)).toEqual([
        "info 1",
        "html",
        "empty",
        "redirect",
        "500",
        "connect",
        "info 1",
      ]);
      expect(lines[1]).toMatchObject({ site: "good.test", list: "drop", inForce: { ranges: 1 } });
      expect(logged.join()).not.toContain("secret");
    });
  });

  it("are asked for with the secrets of their URL, which are stored and logged nowhere", async () => {
    await withLists("secret.test", async ({ lists, read, asked, logged }) => {
      await read(new Response("10.0.0.0/8\n"));
      await read(null);
      expect(asked).toEqual(["https://127.0.0.1:1/drop?key=secret"]);
      expect(lists.listing[KEY]).toMatchObject({
        url: DROP.url,
        good: { ranges: 1 },
        failing: { because: "secret-missing" },
      });
      expect(JSON.stringify(lists.listing) + logged.join()).not.toContain('key=secret"');
    });
  });

  it("that never were read are told as such", async () => {
    await withLists("never.test", async ({ lists, read, logged }) => {
      await read(new Response("<html>"));
      expect(lists.listing[KEY]?.good).toBeUndefined();
      expect(logged).toEqual([expect.stringContaining("never was")]);
    });
  });

  it("are told anew only if what they hold has changed", async () => {
    await withLists("same.test", async ({ lists, read }) => {
      const digests: (string | undefined)[] = [];
      for (const answer of [
        new Response("10.0.0.0/8\n", { headers: { etag: '"1"' } }),
        new Response(null, { status: 304 }),
        new Response("10.0.0.0/9\n10.128.0.0/9\n"),
        new Response("10.0.0.0/9\n"),
      ]) {
        await read(answer);
        digests.push(lists.listing[KEY]?.good?.digest);
      }
      expect(new Set(digests.slice(0, 3)).size).toBe(1);
      expect(digests[3]).not.toBe(digests[0]);
    });
  });

  it("may be larger than a row of the platform", async () => {
    await withLists("large.test", async ({ lists, read }) => {
      const text = Array.from(
        { length: 180_000 },
        (_, at) => `10.${at >> 15}.${(at >> 7) & 255}.${(at << 1) & 255}`,
      );
      await read(new Response(text.join("\n")));
      const bytes = lists.bytes(KEY, lists.listing[KEY]?.good?.digest ?? "");
      expect(countRanges(new Uint32Array(bytes?.buffer as ArrayBuffer))).toBe(180_000);
      expect([has(bytes, "10.5.125.254"), has(bytes, "10.5.125.253")]).toEqual([true, false]);
    });
  });

  it("are gone from the disk when no version wants them any more", async () => {
    await withLists("gone.test", async ({ lists, read }) => {
      await read(new Response("10.0.0.0/8\n"));
      const { digest: known = "" } = lists.listing[KEY]?.good ?? {};
      lists.hear([{ ...DROP, name: "other" }], 1_000_000_000 + 48 * HOUR);
      expect(Object.keys(lists.listing)).toHaveLength(1);
      expect(lists.bytes(KEY, known)).toBeUndefined();
    });
  });
});

describe("a publisher that hangs", () => {
  it("does not hold up the lists of others", async () => {
    await runInDurableObject(stubOf("hanging.test"), async (_keeper, { storage }) => {
      const quick: ListWanted = { name: "quick", url: "https://127.0.0.1:1/quick", everyMs: HOUR };
      const slow: ListWanted = { name: "slow", url: "https://127.0.0.1:1/slow", everyMs: HOUR };
      const read = Promise.withResolvers<void>();
      const hanging = Promise.withResolvers<Response>();
      const lists: KeeperLists = new KeeperLists({
        sql: storage.sql,
        parts: new KeeperParts(storage.sql),
        digest,
        site: () => "hanging.test",
        urlOf: (url) => url,
        onRead: () => void (lists.listing[listKey(quick)]?.good && read.resolve()),
        wakeUp: async () => {},
        fetching: ((url: string) =>
          url.endsWith("slow")
            ? hanging.promise
            : Promise.resolve(new Response("10.0.0.0/8\n"))) as unknown as typeof fetch,
      });
      lists.hear([slow, quick], 1_000_000_000);
      const reading = lists.readDue(() => 1_000_000_000);
      await read.promise;
      expect(lists.listing[listKey(slow)]?.good).toBeUndefined();
      hanging.resolve(new Response("192.0.2.0/24\n"));
      await reading;
      expect(lists.listing[listKey(slow)]?.good).toMatchObject({ ranges: 1 });
    });
  });
});

describe("a keeper that is told of a list", () => {
  const report = async (site: string, lists: readonly ListWanted[]) =>
    valueIn(await keepers.report(site, { isolate: "i", place: "FRA", revision: 0, lists }));
  const alarmAt = (site: string) =>
    runInDurableObject(stubOf(site), (_keeper, { storage }) => storage.getAlarm());

  it("sets its alarm, and tells no list before it has one", async () => {
    expect(await alarmAt("wanted.test")).toBeNull();
    const { lists } = await report("wanted.test", [DROP]);
    expect(lists).toEqual({});
    expect(await alarmAt("wanted.test")).not.toBeNull();
    expect(await keepers.list("wanted.test", { key: KEY, digest: "0".repeat(32) })).toMatchObject({
      error: { reason: "keeper-unavailable", message: expect.stringMatching(/404/) },
    });
  });

  it("forgets what it cannot read of them, and keeps the rest of its state", async () => {
    const site = "damaged-lists.test";
    await report(site, [DROP]);
    await keepers.apply(site, { kind: "switch", name: "kill", on: true });
    await runInDurableObject(stubOf(site), (_keeper, { storage }) => {
      storage.sql.exec("UPDATE parts SET json = 'half of' WHERE name = 'lists'");
    });
    await evictDurableObject(stubOf(site));
    expect((await report(site, [DROP])).switches.kill).toBe(true);
  });
});
