// Stored responses in the isolate's own memory: small ones, bounded in bytes all together.
import type { Body } from "../message.ts";
import { SieveMap } from "../caching/sieve.ts";
import type { Entry, Stored } from "../caching/entry.ts";
import type { Store } from "../ports.ts";

/** What an entry costs beside its body and fields: maps, strings' headers, the list's nodes. */
const OVERHEAD_BYTES = 512;
/** One response may not push out all others. */
const LARGEST_SHARE = 1 / 8;

export function memoryStore(capacityBytes: number): Store {
  const entries = new SieveMap<{ entry: Entry; bytes: Uint8Array | null }>(capacityBytes);
  const largest = capacityBytes * LARGEST_SHARE;
  return {
    name: "memory",
    get: async (key) => {
      const found = entries.get(key);
      return found && ({ entry: found.entry, body: found.bytes } satisfies Stored);
    },
    put: async (key, entry, body) => {
      const bytes = await bytesOf(body);
      if (bytes === "is-a-stream") return void entries.delete(key);
      const size = OVERHEAD_BYTES + key.length * 2 + weigh(entry) + (bytes?.length ?? 0);
      if (size > largest) entries.delete(key);
      else entries.set(key, { entry, bytes }, size);
    },
    delete: async (key) => void entries.delete(key),
  };
}

/** What comes as a stream is too long to be gathered, and so for this store: it is let go, and not left hanging. */
async function bytesOf(body: Body): Promise<Uint8Array | null | "is-a-stream"> {
  if (body instanceof ReadableStream) {
    await body.cancel();
    return "is-a-stream";
  }
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

function weigh(entry: Entry): number {
  if (entry.kind === "variants") return entry.variants.length * 256;
  let bytes = 0;
  for (const [name, value] of entry.headers) bytes += name.length + value.length + 32;
  return bytes;
}
