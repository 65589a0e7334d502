// Stores small responses in the isolate's memory, limited by their total size. A response is copied when it is stored, so that
// a hit can return it without copying.

import { latest, once } from "../../shared/remember.ts";
import {
  declaredLength,
  type Entry,
  headersOf,
  isOfAPart,
  isWhole,
  type Prepared,
  type ResponseEntry,
  type Stored,
} from "../caching/entry.ts";
import { SieveMap } from "../caching/sieve.ts";
import { weightOf } from "../caching/weight.ts";
import { overridingIn } from "../delivery/make-private.ts";
import { type Dressing, dress } from "../delivery/security-headers.ts";
import type { Store } from "../ports.ts";
import { gather } from "./gather.ts";
import { originalOf } from "./original.ts";
import { Turns } from "./turns.ts";

/** One response may not evict all others. */
const LARGEST_SHARE = 1 / 8;

export interface MemoryOptions {
  readonly now?: () => number;
  /** For copies of another store's entries: after this time they are looked up there again. */
  readonly forgetAfterMs?: number;
}

interface Held {
  readonly stored: Stored & { readonly body: Uint8Array | null };
  readonly until: number;
}

/** Always answers at once. */
export interface MemoryStore extends Store {
  get(key: string): Stored | undefined;
}

export function memoryStore(capacityBytes: number, options: MemoryOptions = {}): MemoryStore {
  const { now = Date.now, forgetAfterMs = Number.POSITIVE_INFINITY } = options;
  const held = new SieveMap<Held>(capacityBytes);
  const turns = new Turns();
  /** How many bytes the body of one response may have. */
  const roomFor = (key: string, entry: Entry) =>
    Math.floor(capacityBytes * LARGEST_SHARE) - weightOf(key, entry);
  /** The bytes and the entry belong to the store from here on. */
  const hold = (key: string, entry: Entry, bytes: Uint8Array | null) => {
    const until = Math.min(entry.keepUntil, now() + forgetAfterMs);
    const prepared = entry.kind === "response" ? prepare(entry, bytes) : undefined;
    const stored = { entry, body: bytes, prepared };
    held.set(key, { stored, until }, weightOf(key, entry) + (bytes?.length ?? 0));
  };
  return {
    name: "memory",
    isShared: false,
    takes: (key, entry) => (declaredLength(entry) ?? 0) <= roomFor(key, entry),
    get: (key) => {
      const found = held.get(key);
      if (!found || found.until > now()) return found?.stored;
      held.delete(key);
      return undefined;
    },
    put: (key, entry, body) =>
      turns.take(
        key,
        async (claim) => {
          const copy = structuredClone(entry);
          const room = roomFor(key, entry);
          const isHopeless = (declaredLength(entry) ?? 0) > room;
          const gathered = await gather(body, isHopeless ? -1 : room);
          if (gathered.kind === "broken") return;
          const bytes = gathered.kind === "whole" ? gathered.bytes : null;
          if (bytes && !isWhole(entry, bytes.length)) return;
          if (!claim()) return;
          // A response that is too large to keep still replaces the entry before.
          if (gathered.kind === "too-long") held.delete(key);
          else hold(key, copy, bytes);
        },
        { givesWay: isOfAPart(entry) },
      ),
    renew: async (key, found, entry) => {
      const stored = held.get(key)?.stored;
      if (!stored || stored.entry !== found.entry) return false; // the stored entry must be the one that was found
      turns.overrule(key);
      hold(key, structuredClone(entry), stored.body);
      return true;
    },
    delete: async (key) => {
      turns.overrule(key);
      held.delete(key);
    },
  };
}

/**
 * The runtime copies a Response's fields all at once. To copy them one by one, or twice, would make a hit a tenth slower, and to
 * set the security headers after each copy a sixteenth. Both are built at the first hit.
 */
function prepare({ status, statusText, headers }: ResponseEntry, body: Uint8Array | null): Prepared {
  const fields = once(() => headersOf(headers));
  const overriding = once(() => overridingIn(fields()));
  const template = latest<Response, Dressing | null>((dressing) => {
    const own = headersOf(headers);
    if (dressing) dress(own, dressing.ofSite);
    // Node, where some tests run, has no encodeBody.
    return new Response(null, { status, statusText, headers: own, encodeBody: "manual" } as ResponseInit);
  });
  return {
    get fields() {
      return fields();
    },
    reply: (dressing) => {
      const original = originalOf(template(dressing), body);
      return { headers: original.headers, original, dressed: dressing, overriding: overriding() };
    },
  };
}
