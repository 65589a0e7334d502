// The digits of pi, from which Blowfish takes the tables that it begins with. Four kilobytes that cannot be compressed: computed in a
// few milliseconds where a hash needs them, they are not part of the Worker. Pure.

/** The first so many words of 32 bits of its fraction. By Machin's formula: pi / 4 = 4 arctan(1/5) - arctan(1/239). */
export function piWords(count: number): Int32Array {
  // Each term is cut off, so that the last bits are wrong.
  const guard = 64;
  const unit = 1n << BigInt(count * 32 + guard);
  const pi = 4n * (4n * arctanOfInverse(5n, unit) - arctanOfInverse(239n, unit));
  const digits = ((pi - 3n * unit) >> BigInt(guard)).toString(16).padStart(count * 8, "0");
  return Int32Array.from(
    { length: count },
    (_, at) => Number.parseInt(digits.slice(at * 8, at * 8 + 8), 16) | 0,
  );
}

function arctanOfInverse(x: bigint, unit: bigint): bigint {
  let power = unit / x;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += n % 4n === 1n ? power / n : -(power / n);
    power /= x * x;
  }
  return sum;
}
