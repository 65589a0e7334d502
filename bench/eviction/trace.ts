// Requests as on the web: few pages are requested often, most hardly ever (a Zipf distribution), and at times a crawler reads
// what nobody else requests. The same seed gives the same trace.
import { seeded } from "./seeded.ts";

export interface TraceShape {
  readonly objects: number;
  readonly requests: number;
  /** Zipf's exponent: 0.6 is nearly flat; at 1.2 a few pages get almost all requests. */
  readonly skew: number;
  readonly scans: boolean;
  readonly seed: number;
}

export interface Trace {
  /** Object numbers. Objects of a scan have numbers from `objects` up, and each is requested once. */
  readonly asked: Uint32Array;
  /** In bytes, by object number. */
  readonly sizes: Uint32Array;
  /** The bytes of all objects except those of scans. */
  readonly workingSet: number;
}

/** A fifth of all requests comes in runs, as from a crawler. */
const SCAN_RUN = 2_000;
const SCAN_SHARE = 0.2;

export function makeTrace({ objects, requests, skew, scans, seed }: TraceShape): Trace {
  const random = seeded(seed);
  const popularity = cumulative(objects, skew);
  const named = shuffled(objects, random); // otherwise the popular objects would have the small numbers
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

/** Log-normal around 10 KB, between 500 bytes and 1 MB: the sizes that the memory store accepts. */
function webSize(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(Math.min(1_000_000, Math.max(500, 10_000 * Math.exp(1.2 * normal))));
}
