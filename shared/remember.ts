// How is a result remembered? Once, the latest only, or by its text within a bound: clients can make an isolate remember, and
// all requests share its memory.

/** Computes a value when it is first needed, and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Remembers the last result. Several conditions of one request read the same cookies, query or address. Only one result is
 * kept, so nothing grows. Callers must not change it.
 */
export function latest<Result, Given = string>(work: (given: Given) => Result): (given: Given) => Result {
  let known: { readonly given: Given; readonly result: Result } | undefined;
  return (given) => {
    if (known?.given !== given) known = { given, result: work(given) };
    return known.result;
  };
}

/**
 * Remembers results by their input text: a site has few peers, and browsers spell a header field in few ways. The memory is
 * bounded by the length of the texts, because clients write them. Remembers at most `characters` of text, but always the
 * latest one. The result must not be modified.
 */
export function remember<Result>(
  characters: number,
  work: (text: string) => Result,
): (text: string) => Result {
  const known = new BoundedMap<{ readonly text: string; readonly result: Result }>(
    characters,
    ({ text }) => text.length,
  );
  return (text) => {
    const before = known.get(text);
    if (before) return before.result;
    const result = work(text);
    known.set(text, { text, result });
    return result;
  };
}

/**
 * A map with a limit: the oldest entry is removed first. For everything that clients can make an isolate remember, because
 * all requests share its memory.
 */
export class BoundedMap<Value> {
  readonly #capacity: number;
  readonly #weightOf: (value: Value) => number;
  readonly #values = new Map<string, Value>();
  #weight = 0;

  /** `capacity` is in the unit of `weightOf`; by default it is a number of entries. */
  constructor(capacity: number, weightOf: (value: Value) => number = () => 1) {
    this.#capacity = capacity;
    this.#weightOf = weightOf;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** The newest entry always stays, whatever its weight. */
  set(key: string, value: Value): void {
    this.delete(key);
    this.#values.set(key, value);
    this.#weight += this.#weightOf(value);
    for (const oldest of this.#values.keys()) {
      if (this.#weight <= this.#capacity || oldest === key) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#weight -= this.#weightOf(value);
  }
}
