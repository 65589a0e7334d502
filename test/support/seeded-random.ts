/** Marsaglia's xorshift32, in [0, 1): the same numbers in each run, so that statistics hold or fail for good. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
