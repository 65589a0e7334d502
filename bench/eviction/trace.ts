// Requests as the web makes them: some pages are asked for again and again and most hardly ever (a Zipf distribution),
// and now and then a crawler walks through what nobody else wants. The same seed makes the same trace.
import { seeded } from "./seeded.ts";

export interface TraceShape {
  readonly objects: number;
  readonly requests: number;
  /** Zipf's exponent: 0.6 is nearly flat, 1.2 is a few pages and nothing else. */
  readonly skew: number;
  readonly scans: boolean;
  readonly seed: number;
}

export interface Trace {
  /** Object numbers; those of a scan lie past `objects`, each asked for once. */
  readonly asked: Uint32Array;
  /** By object number, in bytes. */
  readonly sizes: Uint32Array;
  /** Bytes of all objects, without those of scans. */
  readonly workingSet: number;
}

/** A fifth of all requests in runs, as when a crawler comes by. */
const SCAN_RUN = 2_000;
const SCAN_SHARE = 0.2;

export function makeTrace({ objects, requests, skew, scans, seed }: TraceShape): Trace {
  const random = seeded(seed);
  const popularity = cumulative(objects, skew);
  const named = shuffled(objects, random); // or the popular would be the small numbers
  const asked = new Uint32Array(requests);
  let scanning = 0;
  let scanned = objects;
  for (let at = 0; at < requests; at++) {
    if (scans && scanning === 0 && random() < SCAN_SHARE / (1 - SCAN_SHARE) / SCAN_RUN) scanning = SCAN_RUN;
    if (scanning > 0) {
      scanning--;
      asked[at] = scanned++;
    } else asked[at] = named[rankAt(popularity, random())] ?? 0;
  }
  const sizes = Uint32Array.from({ length: scanned }, () => webSize(random));
  return { asked, sizes, workingSet: sizes.subarray(0, objects).reduce((sum, size) => sum + size, 0) };
}

function cumulative(objects: number, skew: number): Float64Array {
  const sums = new Float64Array(objects);
  let sum = 0;
  for (let rank = 0; rank < objects; rank++) {
    sum += (rank + 1) ** -skew;
    sums[rank] = sum;
  }
  return sums.map((value) => value / sum);
}

/** The first rank whose sum reaches the share. */
function rankAt(sums: Float64Array, share: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 1) < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

function shuffled(length: number, random: () => number): Uint32Array {
  const names = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [names[last], names[other]] = [names[other] ?? 0, names[last] ?? 0];
  }
  return names;
}

/** Log-normal around 10 KB, between 500 bytes and 1 MB: what the memory store takes. */
function webSize(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(Math.min(1_000_000, Math.max(500, 10_000 * Math.exp(1.2 * normal))));
}
