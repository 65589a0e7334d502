// The whole Worker and its keeper on the emulated platform, with the data centre's cache between them: a command is in force within seconds.
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { siteKey } from "../../shared/site/stored.ts";
import { keepersAt } from "../../worker/adapters/keepers.ts";
import { keepersBound } from "../../worker/adapters/keepers-of.ts";
import { valueIn } from "./keepers.contract.ts";

const { KEEPER, SITES } = env as unknown as { KEEPER: DurableObjectNamespace; SITES: KVNamespace };
const worker = (exports as unknown as { default: Fetcher }).default;
const keepers = keepersAt(keepersBound(KEEPER));
const SITE = "kept.test";

const status = async (): Promise<number> => {
  const response = await worker.fetch(`https://${SITE}/`, { cf: { colo: "FRA" } } as RequestInit);
  await response.text();
  return response.status;
};

/** With traffic all the while, until it is so; how long that took. */
async function msUntil(isSo: () => Promise<boolean>): Promise<number> {
  const began = Date.now();
  for (let look = 0; look < 150; look++) {
    if (await isSo()) return Date.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it never came");
}

it("the Worker obeys a command within seven seconds and confirms it", async () => {
  const site = { hosts: [SITE], routes: [{ id: "own", respond: { body: "hello" } }] };
  await SITES.put(siteKey(SITE), JSON.stringify(site));
  expect(await status()).toBe(200);
  const { revision } = valueIn(await keepers.apply(SITE, { kind: "switch", name: "kill", on: true }));
  expect(await msUntil(async () => (await status()) === 503)).toBeLessThan(8_000);
  await msUntil(async () => {
    await status();
    const { places } = valueIn(await keepers.receipt(SITE, revision));
    return places.length === 1 && places[0]?.confirmedAt !== null;
  });
  const receipt = valueIn(await keepers.receipt(SITE, revision));
  expect(receipt.places).toMatchObject([{ place: "FRA", isolates: 1 }]);
  // Once more, with a snapshot in the data centre's cache that has just been put there.
  await keepers.apply(SITE, { kind: "switch", name: "kill", on: false });
  expect(await msUntil(async () => (await status()) === 200)).toBeLessThan(8_000);
}, 40_000);
