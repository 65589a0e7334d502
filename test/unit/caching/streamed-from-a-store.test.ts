// A store may return a body as a stream, which only one request can read. Requests that wait for a validation then get their own
// from the store.
import { expect, it } from "vitest";
import { memoryStore } from "../../../worker/adapters/memory-store.ts";
import type { Store } from "../../../worker/ports.ts";
import { aGate } from "../../support/gate.ts";
import { anIsolate, pushed } from "../../support/isolate.ts";

const texts = await pushed({
  hosts: ["shop.test"],
  pools: { web: { origins: [{ id: "a", url: "https://o.test" }] } },
  routes: [{ id: "all", to: "web" }],
} as { hosts: string[] });

function streaming(store: Store): Store {
  return {
    ...store,
    get: async (key) => {
      const stored = await store.get(key);
      if (!stored || !(stored.body instanceof Uint8Array)) return stored;
      return { entry: stored.entry, body: new Blob([new Uint8Array(stored.body)]).stream() };
    },
  };
}

it("one validation answers all who wait for it, now and the next time", async () => {
  let now = Date.now();
  const asked: (string | null)[] = [];
  let gate = aGate();
  gate.open();
  const isolate = anIsolate({
    texts,
    store: streaming(memoryStore(1_000_000, { now: () => now })),
    now: () => now,
    origin: async ({ headers }) => {
      asked.push(headers.get("if-none-match"));
      await gate.opened;
      return { status: asked.length === 1 ? 200 : 304, body: "a page", headers: { etag: '"1"' } };
    },
  });
  expect(await isolate.ask()).toBe("a page");
  for (const validations of [1, 2]) {
    now += 601_000;
    gate = aGate();
    const answers = [isolate.ask(), isolate.ask(), isolate.ask()];
    await new Promise((resolve) => setImmediate(resolve));
    gate.open();
    expect(await Promise.all(answers)).toEqual(["a page", "a page", "a page"]);
    expect(asked.slice(1)).toEqual(Array(validations).fill('"1"'));
  }
});
