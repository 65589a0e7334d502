// Two stores as one: the near one is asked first, and what the far one has is brought near.
import type { Body } from "../message.ts";
import type { Store } from "../ports.ts";

export function tieredStore(near: Store, far: Store): Store {
  return {
    name: `${near.name}+${far.name}`,
    get: async (key) => {
      const found = await near.get(key);
      if (found) return found;
      const distant = await far.get(key);
      if (!distant) return undefined;
      const bytes = await smallBody(distant.body);
      if (bytes === undefined) return distant;
      await near.put(key, distant.entry, bytes);
      return { entry: distant.entry, body: bytes };
    },
    put: async (key, entry, body) => {
      if (body instanceof ReadableStream) await near.delete(key);
      else await near.put(key, entry, body);
      await far.put(key, entry, body);
    },
    delete: async (key) => {
      await Promise.all([near.delete(key), far.delete(key)]);
    },
  };
}

/** Only what is at hand or empty is brought near; a stream goes to the client as it comes. */
async function smallBody(body: Body): Promise<Uint8Array | null | undefined> {
  return body === null || body instanceof Uint8Array ? body : undefined;
}
