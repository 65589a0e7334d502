// The compressed forms of bodies that a store in memory has: a hit costs no compression. What is compressed belongs to the very bytes that it
// was made of. When the store forgets or replaces those, nobody asks for it any more, and it is evicted in its turn.
import type { Coding } from "../../shared/site/compression-defaults.ts";
import { SieveMap } from "../caching/sieve.ts";
import { compressedBytes, compressedStream } from "./compress-body.ts";

const CAPACITY_BYTES = 16 * 1_048_576;

/**
 * Compressing more at once would hold up the other requests of the isolate for too long. At once, the runtime's zstd can do a single block of
 * 128 KiB; of more it says "Unexpected end of file" (seen on workerd 2026-11-02).
 */
const MOST_AT_ONCE: Readonly<Record<Coding, number>> = { gzip: 1_048_576, br: 1_048_576, zstd: 131_072 };

const made = new SieveMap<Uint8Array>(CAPACITY_BYTES);
const numbers = new WeakMap<Uint8Array, number>();
let latestNumber = 0;

/** A stream the first time, if it is much. */
export function compressedOnce(bytes: Uint8Array, coding: Coding): Uint8Array | ReadableStream<Uint8Array> {
  const key = `${numberOf(bytes)} ${coding}`;
  const known = made.get(key);
  if (known) return known;
  const keep = (compressed: Uint8Array) => made.set(key, compressed, compressed.length);
  if (bytes.length > MOST_AT_ONCE[coding])
    return compressedStream(new Response(bytes as BodyInit).body as ReadableStream<Uint8Array>, coding, {
      keep,
      upTo: bytes.length,
    });
  const compressed = compressedBytes(bytes, coding).slice(); // not its larger buffer
  keep(compressed);
  return compressed;
}

function numberOf(bytes: Uint8Array): number {
  const known = numbers.get(bytes);
  if (known !== undefined) return known;
  numbers.set(bytes, ++latestNumber);
  return latestNumber;
}
