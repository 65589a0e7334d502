// Four data centres with a cache each and one keeper, under load: a command holds everywhere within seconds, its receipt is the truth, and
// a keeper that is killed costs no request.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LISTENS_FIRST_MS } from "../../worker/keeping/places.ts";
import { valueIn } from "../contract/keepers.contract.ts";
import { DataCentres, Load } from "../support/data-centres.ts";
import { useOrigin } from "../support/origin.ts";

const HOST = "shop.test";
const PLACES = ["AMS", "FRA", "IAD", "SIN"];
const kill = (on: boolean) => ({ kind: "switch", name: "kill", on }) as const;

const origin = useOrigin((_ask, answer) => {
  answer.writeHead(200, { "cache-control": "max-age=600" }).end("hello");
});
let centres: DataCentres;
beforeAll(async () => {
  centres = await DataCentres.start(PLACES, {
    hosts: [HOST],
    pools: { web: { origins: [{ id: "a", url: origin.url }] } },
    routes: [
      { id: "own", match: { path: "/own" }, respond: { body: "own" } },
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
