import { expect, it } from "vitest";
import { noStore } from "../../worker/adapters/store-of.ts";
import { streamByHand } from "./bodies.ts";
import { anEntry } from "./entries.ts";

it("keeps nothing where there is no store, and deletes without complaint", async () => {
  await noStore.put("key", anEntry(), "body");
  expect(await noStore.get("key")).toBeUndefined();
  await expect(noStore.delete("key")).resolves.toBeUndefined();
});

it("lets go of its half of a body, which would else be gathered in memory", async () => {
  let cancelled: unknown;
  const body = new ReadableStream<Uint8Array>({
    cancel: (reason) => {
      cancelled = reason ?? "cancelled";
    },
  });
  await noStore.put("key", anEntry(), body);
  expect(cancelled).toBe("cancelled");

  const slow = streamByHand();
  const [forClient, forStore] = slow.readable.tee();
  await noStore.put("key", anEntry(), forStore);
  void slow.send("for the client").then(() => slow.end());
  expect(await new Response(forClient).text()).toBe("for the client");
});
