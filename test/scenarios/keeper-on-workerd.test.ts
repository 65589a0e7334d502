// The keepers of `headgate serve`: Durable Objects in a process of their own, which a Worker in another one asks. That process may be
// killed at any moment.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Keepers } from "../../worker/ports.ts";
import { keepersContract, valueIn } from "../contract/keepers.contract.ts";
import { until } from "../support/service.ts";
import { type Asker, aWorkerThatAsks, State } from "../support/state.ts";

let state: State;
let asker: Asker;
beforeAll(async () => {
  state = await State.start();
  asker = await aWorkerThatAsks(state.socket);
});
afterAll(async () => {
  await asker.stop();
  await state.stop();
});

keepersContract("keepers in the state process", async () => asker.keepers);

const maintenance = (retryAfterSeconds: number) =>
  ({ kind: "switch", name: "maintenance", on: true, retryAfterSeconds }) as const;

const stored = async (keepers: Keepers, site: string) =>
  valueIn(await keepers.inspect(site)).switches.maintenance?.retryAfterSeconds;

const replacements = () => state.said.filter((line) => line.includes("has taken its place")).length;

describe("a state process that is killed", () => {
  it("has lost nothing that it acknowledged, and the next call works", async () => {
    const { keepers } = asker;
    const site = "killed.test";
    let sent = 0;
    for (let round = 1; round <= 4; round++) {
      let acknowledged = sent;
      const before = replacements();
      // In the middle of a stream of commands, each of which is a change.
      for (let isAlive = true; isAlive && sent < 400 * round; ) {
        sent++;
        if (sent % 40 === 25) void state.kill();
        const applied = await keepers.apply(site, maintenance(sent));
        if (applied.ok) acknowledged = sent;
        else isAlive = false;
      }
      await until("it has been started again", () => replacements() > before);
      expect([acknowledged, sent]).toContain(await stored(keepers, site));
      expect(acknowledged).toBe(sent - 1);
      expect(valueIn(await keepers.apply(site, maintenance(++sent))).revision).toBeGreaterThan(0);
    }
    expect(valueIn(await keepers.inspect(site)).revision).toBeGreaterThan(0);
  });

  it("is told to the operator", () => {
    expect(state.said.slice(0, 2)).toEqual([
      expect.stringMatching(/^the state process \d+ ended unexpectedly \(killed\); it is started again$/),
      expect.stringMatching(/^the state process \d+ has taken its place$/),
    ]);
  });

  it("is not asked in vain for longer than its time-out", async () => {
    await state.kill();
    const before = Date.now();
    const read = await asker.keepers.read("gone.test");
    expect(Date.now() - before).toBeLessThan(2_500);
    if (!read.ok) expect(read.error.reason).toBe("keeper-unavailable");
    await until("it answers again", async () => (await asker.keepers.read("gone.test")).ok);
  });
});

it("one that is replaced, as at a reload, keeps what it holds", async () => {
  const site = "replaced.test";
  const { revision } = valueIn(await asker.keepers.apply(site, maintenance(7)));
  const { pid } = state.process;
  const same = await state.freshStart();
  await state.process.replace(same);
  expect(state.process.pid).toBe(pid); // it would be the same: meanwhile nobody could be served
  const other = { ...same, config: { ...same.config, environment: { HEADGATE_SECRET_A: "another" } } };
  await state.process.replace(other);
  expect(state.process.pid).not.toBe(pid);
  expect(valueIn(await asker.keepers.inspect(site)).revision).toBe(revision);
});

it("one whose replacement does not start is tried again, until there is another replacement", async () => {
  const site = "broken.test";
  const { revision } = valueIn(await asker.keepers.apply(site, maintenance(7)));
  const good = await state.freshStart();
  const broken = { ...good, config: { ...good.config, bytes: new Uint8Array(8) } };
  const failures = () => state.said.filter((line) => line.startsWith("the state process was not started: "));
  await expect(state.process.replace(broken)).rejects.toThrow("workerd ended");
  await until("it was tried again", () => failures().length >= 1);
  expect(await asker.keepers.inspect(site)).toMatchObject({ error: { reason: "keeper-unavailable" } });
  await state.process.replace(good);
  expect(valueIn(await asker.keepers.inspect(site)).revision).toBe(revision);
});
