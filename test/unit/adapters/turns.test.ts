import { expect, it } from "vitest";
import { Turns } from "../../../worker/adapters/turns.ts";

/** Work that ends when told to, and tells whether it counted. */
function work(turns: Turns, key: string) {
  const end = Promise.withResolvers<void>();
  const counted = turns.take(key, async (claim) => {
    await end.promise;
    return claim();
  });
  return { counted, end: () => end.resolve() };
}

it("keeps nothing of what has ended", async () => {
  const turns = new Turns();
  const [one, other] = [work(turns, "a"), work(turns, "a")];
  one.end();
  expect(await one.counted).toBe(true);
  expect(turns.size).toBe(1);
  other.end();
  expect(await other.counted).toBe(true);
  expect(turns.size).toBe(0);
});

it("is bounded where work never ends, and what is dropped counts no more", async () => {
  const turns = new Turns();
  const first = work(turns, "first");
  const others = Array.from({ length: 200_000 }, (_, n) => work(turns, `${n}`));
  expect(turns.size).toBe(10_000);
  first.end();
  expect(await first.counted).toBe(false);
  const last = others.at(-1);
  last?.end();
  expect(await last?.counted).toBe(true);
});

it("does not take what was begun for the key since for what was dropped", async () => {
  const turns = new Turns();
  const dropped = work(turns, "a");
  for (let n = 0; n < 10_000; n++) work(turns, `${n}`);
  const since = work(turns, "a");
  dropped.end();
  expect(await dropped.counted).toBe(false);
  since.end();
  expect(await since.counted).toBe(true);
});
