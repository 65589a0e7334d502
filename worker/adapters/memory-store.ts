// Stored responses in the isolate's own memory: small ones, bounded in bytes all together. A hit hands out what is
// stored, uncopied; it was copied when it came in.
import {
  declaredLength,
  headersOf,
  isWhole,
  type Prepared,
  type ResponseEntry,
  type Stored,
} from "../caching/entry.ts";
import { SieveMap } from "../caching/sieve.ts";
import { weightOf } from "../caching/weight.ts";
import type { Store } from "../ports.ts";
import { gather } from "./gather.ts";
import { originalOf } from "./original.ts";
import { Turns } from "./turns.ts";

/** One response may not push out all others. */
const LARGEST_SHARE = 1 / 8;

export interface MemoryOptions {
  readonly now?: () => number;
  /** For copies of what another store holds: after this they are looked up there again. */
  readonly forgetAfterMs?: number;
}

interface Held {
  readonly stored: Stored;
  readonly until: number;
}

/** It has what it has at hand. */
export interface MemoryStore extends Store {
  get(key: string): Stored | undefined;
}

export function memoryStore(capacityBytes: number, options: MemoryOptions = {}): MemoryStore {
  const { now = Date.now, forgetAfterMs = Number.POSITIVE_INFINITY } = options;
  const held = new SieveMap<Held>(capacityBytes);
  const turns = new Turns();
  return {
    name: "memory",
    get: (key) => {
      const found = held.get(key);
      if (!found || found.until > now()) return found?.stored;
      held.delete(key);
      return undefined;
    },
    put: (key, entry, body) =>
      turns.take(key, async (claim) => {
        const weight = weightOf(key, entry);
        const room = Math.floor(capacityBytes * LARGEST_SHARE) - weight;
        const copy = structuredClone(entry);
        const hopeless = (declaredLength(entry) ?? 0) > room;
        const gathered = await gather(body, hopeless ? -1 : room);
        if (gathered.kind === "broken") return;
        const bytes = gathered.kind === "whole" ? gathered.bytes : null;
        if (bytes && !isWhole(entry, bytes.length)) return;
        if (!claim()) return;
        // Too large to be kept, it still replaces what was there.
        if (gathered.kind === "too-long") return void held.delete(key);
        const until = Math.min(entry.keepUntil, now() + forgetAfterMs);
        const prepared = copy.kind === "response" ? prepare(copy, bytes) : undefined;
        held.set(
          key,
          { stored: { entry: copy, body: bytes, prepared }, until },
          weight + (bytes?.length ?? 0),
        );
      }),
    delete: async (key) => {
      turns.overrule(key);
      held.delete(key);
    },
  };
}

/** The runtime copies a Response's fields as a whole; one by one, or once more, they would cost a hit a tenth. */
function prepare({ status, statusText, headers }: ResponseEntry, body: Uint8Array | null): Prepared {
  const init = { status, statusText, headers: headersOf(headers), encodeBody: "manual" };
  const template = new Response(null, init as ResponseInit); // Node, where some tests run, knows no encodeBody
  return {
    fields: template.headers,
    reply: () => {
      const original = originalOf(template, body);
      return { headers: original.headers, original };
    },
  };
}
