// Four data centres with a cache each and one keeper, under load: a command holds everywhere within seconds, its receipt is the truth, and
// a keeper that is killed costs no request.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SiteFile } from "../../shared/site/schema.ts";
import { LISTENS_FIRST_MS } from "../../worker/keeping/places.ts";
import { valueIn } from "../contract/keepers.contract.ts";
import { DataCentres, granted, Load, type Seen } from "../support/data-centres.ts";
import { useOrigin } from "../support/origin.ts";
import type { StateTrouble } from "../support/troubled-state.ts";

const HOST = "shop.test";
const PLACES = ["AMS", "FRA", "IAD", "SIN"];
const kill = (on: boolean) => ({ kind: "switch", name: "kill", on }) as const;

const origin = useOrigin((_ask, answer) => {
  answer.writeHead(200, { "cache-control": "max-age=600" }).end("hello");
});
const other = useOrigin((_ask, answer) => void answer.end("the other"));
let centres: DataCentres;
beforeAll(async () => {
  centres = await DataCentres.start(PLACES, {
    hosts: [HOST],
    pools: {
      web: { origins: [{ id: "a", url: origin.url }] },
      pair: {
        origins: [
          { id: "a", url: origin.url },
          { id: "b", url: other.url },
        ],
      },
    },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: "own" } },
      { id: "pair", match: { path: "/pair" }, cache: "off", to: "pair" },
      { id: "all", to: "web" },
    ],
  });
}, 60_000);
afterAll(() => centres.stop());

const statusesAfter = (load: Load, time: number) =>
  new Set(load.seen.filter(({ sentAt }) => sentAt > time).map(({ status }) => status));

describe("a command under load", () => {
  it("holds in every data centre once its receipt is complete, and no request fails before", async () => {
    const load = new Load(centres, HOST, ["/page", "/own"]);
    const began = Date.now();
    let isOn = false;
    for (let round = 0; round < 3; round++) {
      isOn = !isOn;
      const toldAt = Date.now();
      const { revision } = valueIn(await centres.keepers.apply(HOST, kill(isOn)));
      const since = await centres.completed(HOST, revision);
      // The keeper has first to hear who is there.
      expect(since - Math.max(toldAt, began + LISTENS_FIRST_MS)).toBeLessThan(10_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect([...statusesAfter(load, since)]).toEqual([isOn ? 503 : 200]);
      for (const place of PLACES)
        expect(load.seen.some((one) => one.place === place && one.sentAt > since)).toBe(true);
    }
    await load.end();
    expect(new Set(load.seen.map(({ status }) => status))).toEqual(new Set([200, 503]));
  }, 90_000);

  it("to drain an origin holds in every data centre once its receipt is complete, and no request fails", async () => {
    valueIn(await centres.keepers.apply(HOST, kill(false)));
    const drain = { kind: "drain", pool: "pair", origin: "a", leaving: ["b"] } as const;
    const load = new Load(centres, HOST, ["/pair"]);
    // The site was off before. Each data centre has to hear that it is on again.
    const lastStatuses = () => PLACES.map((at) => load.seen.findLast(({ place }) => place === at)?.status);
    await expect.poll(lastStatuses, { timeout: 20_000 }).toEqual(PLACES.map(() => 200));
    load.seen.length = 0;
    const textsAfter = (time: number) =>
      new Set(load.seen.filter(({ sentAt }) => sentAt > time).map(({ text }) => text));
    const since = await centres.completed(
      HOST,
      valueIn(await centres.keepers.apply(HOST, { ...drain, on: true })).revision,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(textsAfter(since)).toEqual(new Set(["the other"]));
    const back = await centres.completed(
      HOST,
      valueIn(await centres.keepers.apply(HOST, { ...drain, on: false })).revision,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await load.end();
    expect(textsAfter(back)).toEqual(new Set(["hello", "the other"]));
    expect(new Set(load.seen.map(({ status }) => status))).toEqual(new Set([200]));
  }, 60_000);

  it("outlives a keeper that is killed, and costs no request", async () => {
    valueIn(await centres.keepers.apply(HOST, kill(false)));
    const load = new Load(centres, HOST, ["/page", "/own"]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const killedAt = Date.now();
    await centres.state.kill();
    let applied = await centres.keepers.apply(HOST, kill(true));
    for (let again = 0; !applied.ok && again < 100; again++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      applied = await centres.keepers.apply(HOST, kill(true));
    }
    const since = await centres.completed(HOST, valueIn(applied).revision);
    expect(since - killedAt).toBeGreaterThanOrEqual(LISTENS_FIRST_MS); // it knew nobody at first
    await new Promise((resolve) => setTimeout(resolve, 300));
    await load.end();
    expect([...statusesAfter(load, since)]).toEqual([503]);
    expect(load.seen.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
  }, 60_000);
});

// Each change of what the edge serves, and each trouble of its keeper, under the same load and by the same promises: no request fails, no
// data centre goes back to what was, and once a receipt is complete, no byte is from before the purge. Whatever else can be told to the
// whole edge belongs into this list, too.
describe("under load", () => {
  const [EARLY, LATE] = ["v1", "v2"];
  const PAGES = ["/page", "/news/1"];
  const ADDRESSES = Array.from({ length: 30 }, (_, at) => `192.0.2.${at}`);
  /** What the origin has now; a page tells it. */
  let edition = 1;
  const press = useOrigin();
  const siteOf = (own: string): SiteFile => ({
    hosts: [HOST],
    trustedProxies: ["127.0.0.1"],
    pools: { web: { origins: [{ id: "a", url: press.url }] } },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: own } },
      { id: "all", to: "web" },
    ],
  });
  let published: DataCentres;
  beforeAll(async () => {
    published = await DataCentres.start(PLACES, siteOf(EARLY), { isPublished: true });
  }, 60_000);
  afterAll(() => published.stop());
  beforeEach(() => {
    press.answers((_ask, answer) => {
      answer.writeHead(200, { "cache-control": "max-age=600" }).end(`edition ${edition}`);
    });
  });

  /** Purges everything, and checks that nothing from before is seen once the receipt is complete. */
  async function purge(load: Load): Promise<void> {
    edition++;
    const now = edition;
    const { revision } = granted(
      await published.admin.call("purge", { params: { site: HOST }, body: { all: true } }),
    );
    const since = await published.completed(HOST, revision);
    await atEachPlace(load, since);
    const after = load.seen.filter(({ sentAt, path }) => sentAt > since && path !== "/own");
    expect(new Set(after.map(({ text }) => text))).toEqual(new Set([`edition ${now}`]));
  }

  /** Some requests have been sent everywhere since. */
  const atEachPlace = (load: Load, since: number) =>
    expect
      .poll(
        () =>
          PLACES.every(
            (place) => load.seen.filter((one) => one.place === place && one.sentAt > since).length > 20,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);

  const own = (load: Load) => load.seen.filter(({ path }) => path === "/own");
  /** Every data centre answers so by now. */
  const allSay = (load: Load, text: string) =>
    expect
      .poll(() => PLACES.map((place) => own(load).findLast((one) => one.place === place)?.text), {
        timeout: 20_000,
      })
      .toEqual(PLACES.map(() => text));
  /** What each data centre has told a client, without repetitions: a change shows as one step. */
  function stepsOf(seen: readonly Seen[]): string[][] {
    const byClient = Map.groupBy(seen, ({ place, address }) => `${place} ${address}`);
    return [...byClient.values()].map((told) =>
      told.map(({ text }) => text).filter((text, at, all) => text !== all[at - 1]),
    );
  }

  const trouble = async (load: Load, kind: StateTrouble, isHeard: boolean) => {
    published.between.trouble = kind;
    const toldAt = Date.now();
    try {
      if (isHeard) return await purge(load);
      edition++;
      const { revision } = granted(
        await published.admin.call("purge", { params: { site: HOST }, body: { all: true } }),
      );
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      const receipt = valueIn(await published.keepers.receipt(HOST, revision));
      // Whoever has not heard of it goes on with what it knows, and the receipt says so.
      expect(receipt.isComplete).toBe(false);
      await atEachPlace(load, toldAt + 5_000);
    } finally {
      published.between.trouble = undefined;
    }
    await purge(load);
  };

  const changes: [what: string, change: (load: Load) => Promise<void>][] = [
    [
      "a published version is served everywhere, and none goes back",
      async (load) => {
        granted(await published.publish(siteOf(LATE)));
        await allSay(load, LATE);
        await purge(load);
        for (const steps of stepsOf(own(load))) expect([[EARLY, LATE], [LATE]]).toContainEqual(steps);
      },
    ],
    [
      "a rollback is served everywhere, and none goes back",
      async (load) => {
        granted(await published.publish(siteOf(LATE)));
        await allSay(load, LATE);
        const before = load.seen.length;
        granted(await published.admin.call("rollback", { params: { site: HOST }, body: {} }));
        await allSay(load, EARLY);
        await purge(load);
        for (const steps of stepsOf(own(load).filter((one) => load.seen.indexOf(one) >= before)))
          expect([[LATE, EARLY], [EARLY]]).toContainEqual(steps);
      },
    ],
    [
      "a share of the clients gets the next version, the same ones in each data centre, until all do",
      async (load) => {
        granted(await published.publish(siteOf(LATE), 0.4));
        await expect
          .poll(
            () => PLACES.every((place) => own(load).some((one) => one.place === place && one.text === LATE)),
            {
              timeout: 20_000,
            },
          )
          .toBe(true);
        await purge(load); // of both versions
        const shared = own(load).slice(-4 * ADDRESSES.length * PLACES.length);
        const byAddress = Map.groupBy(shared, ({ address }) => address);
        const late = [...byAddress.values()].filter((seen) => seen.every(({ text }) => text === LATE)).length;
        const early = [...byAddress.values()].filter((seen) =>
          seen.every(({ text }) => text === EARLY),
        ).length;
        expect([late + early, byAddress.size]).toEqual([ADDRESSES.length, ADDRESSES.length]);
        expect(late).toBeGreaterThan(2);
        expect(early).toBeGreaterThan(late / 2);
        granted(await published.admin.call("promote", { params: { site: HOST }, body: {} }));
        await expect
          .poll(
            () =>
              new Set(
                own(load)
                  .slice(-2 * ADDRESSES.length * PLACES.length)
                  .map(({ text }) => text),
              ),
            {
              timeout: 20_000,
            },
          )
          .toEqual(new Set([LATE]));
        await purge(load);
        for (const steps of stepsOf(own(load))) expect([[EARLY, LATE], [LATE]]).toContainEqual(steps);
      },
    ],
    [
      "a keeper that is killed has lost no purge, and its receipts are true again",
      async (load) => {
        await purge(load);
        const { revision } = valueIn(await published.keepers.inspect(HOST));
        await published.state.kill();
        await expect
          .poll(async () => (await published.keepers.inspect(HOST)).ok, { timeout: 20_000 })
          .toBe(true);
        expect(valueIn(await published.keepers.inspect(HOST)).revision).toBe(revision);
        await atEachPlace(load, Date.now());
        await purge(load);
      },
    ],
    ["a keeper that is slow delays no purge for long", (load) => trouble(load, "slow", true)],
    [
      "a snapshot that is garbled is not believed, and its purge not confirmed",
      (load) => trouble(load, "garbled", false),
    ],
    ["a keeper that is silent confirms nothing", (load) => trouble(load, "silent", false)],
    ["a keeper that is gone confirms nothing", (load) => trouble(load, "gone", false)],
  ];

  it.each(changes)("%s", { timeout: 120_000 }, async (_what, change) => {
    granted(await published.publish(siteOf(EARLY)));
    const load = new Load(published, HOST, [...PAGES, "/own"], { addresses: ADDRESSES });
    try {
      await allSay(load, EARLY);
      load.seen.length = 0;
      await change(load);
    } finally {
      await load.end();
    }
    expect(new Set(load.seen.map(({ status }) => status))).toEqual(new Set([200]));
    // A data centre never goes back to an edition that it had before.
    for (const place of PLACES)
      for (const page of PAGES) {
        const told = load.seen
          .filter((one) => one.place === place && one.path === page)
          .map(({ text }) => editionOf(text));
        expect(told).toEqual(told.toSorted((a, b) => a - b));
      }
  });

  const editionOf = (text: string): number => Number(text.replace("edition ", ""));
});
