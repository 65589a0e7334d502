// Fills a memory store with entries of one shape, and returns their weight by the store's own count.
import { memoryStore } from "../../worker/adapters/memory-store.ts";
import { ENTRY_FORMAT, type ResponseEntry } from "../../worker/caching/entry.ts";
import { weightOf } from "../../worker/caching/weight.ts";
import { compileDressing } from "../../worker/delivery/security-headers.ts";
import type { Store } from "../../worker/ports.ts";

const STRICT = compileDressing("strict", undefined);

export interface Shape {
  readonly fields: number;
  readonly bodyBytes: number;
}

export async function fill(
  { fields, bodyBytes }: Shape,
  entries: number,
): Promise<{ store: Store; counted: number }> {
  const store = memoryStore(Number.MAX_SAFE_INTEGER);
  let counted = 0;
  for (let n = 0; n < entries; n++) {
    const key = ["shop.example.com/a/path/of/usual/length/", n, ".html"].join("");
    const entry = anEntry(n, fields);
    counted += weightOf(key, entry) + bodyBytes;
    await store.put(key, entry, new Uint8Array(bodyBytes).fill(n));
    store.get(key)?.prepared?.reply(STRICT); // the first hit
  }
  return { store, counted };
}

function anEntry(n: number, fields: number): ResponseEntry {
  const headers = new Headers();
  for (let field = 0; field < fields; field++) {
    headers.set(["x-field-", field].join(""), [n, "of a usual length", field].join("-"));
  }
  return {
    kind: "response",
    format: ENTRY_FORMAT,
    status: 200,
    statusText: "OK",
    headers: [...headers],
    revision: 0,
    requestedAt: 0,
    receivedAt: 1_700_000_000_000 + n,
    initialAgeMs: n,
    terms: {
      freshForMs: 60_000,
      because: "max-age",
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      staleIfDisconnectedMs: 86_400_000,
      alwaysRevalidate: false,
    },
    resource: { host: "bench.test", path: "/", tags: [] },
    part: null,
    keepUntil: 4_000_000_000_000 + n,
  };
}
