// How long does it take to look an address up in an address list? Run: npm run bench:address-set (docs/access.md).
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { compileAddressSet } from "../worker/routing/address-set.ts";

const SIZES = [100, 10_000, 100_000];
/** More than any cache of the processor or of the code may hold as such. */
const ADDRESSES = 200_000;
const LOOK_UPS = 2_000_000;
const SEED = 20_261_128;

/** Marsaglia's xorshift32. */
function words(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const nextWord = words(SEED);
const ipv4 = () =>
  [24, 16, 8, 0].map((shift, _at, _all, word = nextWord()) => (word >>> shift) & 255).join(".");
const ipv6 = () => `2001:db8:${[...Array(6)].map(() => (nextWord() % 65_536).toString(16)).join(":")}`;
const KINDS = [
  { kind: "IPv4", address: ipv4, range: () => `${ipv4()}/${24 + (nextWord() % 9)}` },
  { kind: "IPv6", address: ipv6, range: () => `${ipv6()}/${56 + (nextWord() % 73)}` },
];

const rows = KINDS.flatMap(({ kind, address, range }) =>
  SIZES.map((size) => {
    const set = compileAddressSet(Array.from({ length: size }, range));
    const asked = Array.from({ length: ADDRESSES }, address);
    for (const ip of asked) set.has(ip); // so that V8 compiles it
    const startedAt = performance.now();
    let held = 0;
    for (let at = 0; at < LOOK_UPS; at++) if (set.has(String(asked[at % ADDRESSES]))) held++;
    const ns = ((performance.now() - startedAt) * 1e6) / LOOK_UPS;
    return { kind, ranges: size, ns: Math.round(ns), held: held / LOOK_UPS };
  }),
);

for (const { kind, ranges, ns } of rows)
  console.log(`${kind}  ${String(ranges).padStart(7)} ranges  ${String(ns).padStart(5)} ns a look-up`);
const results = path.join(import.meta.dirname, "results");
await mkdir(results, { recursive: true });
await writeFile(
  path.join(results, "address-set.json"),
  `${JSON.stringify({ seed: SEED, addresses: ADDRESSES, lookUps: LOOK_UPS, rows }, null, 2)}\n`,
);
