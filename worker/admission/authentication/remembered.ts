// Who has proven to be whom a short while ago, so that not each request has to prove it again: a password costs milliseconds of CPU
// time, a signature a part of one. Pure; bounded over all sites of an isolate.
import { BoundedMap } from "../../../shared/remember.ts";

export interface Kept<Value> {
  readonly value: Value;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly weight: number;
}

/** In characters: 4 MB at most. */
const CAPACITY = 2_000_000;

/** `Value` is what was found. What is kept under one set of rules is never found under another, or after these have changed. */
export class Remembered<Value> {
  readonly #kept = new BoundedMap<Kept<Value>>(CAPACITY, ({ weight }) => weight);
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  get(rules: object, key: string, now: number): Value | undefined {
    const name = this.#nameOf(rules, key);
    const kept = this.#kept.get(name);
    if (kept === undefined || kept.until > now) return kept?.value;
    this.#kept.delete(name);
    return undefined;
  }

  /** `weight`: about how many characters the value has. */
  keep(rules: object, key: string, { value, until, weight }: Kept<Value>): void {
    const name = this.#nameOf(rules, key);
    this.#kept.set(name, { value, until, weight: weight + name.length + 100 });
  }

  #nameOf(rules: object, key: string): string {
    let number = this.#numbers.get(rules);
    if (number === undefined) {
      number = ++this.#last;
      this.#numbers.set(rules, number);
    }
    return `${number} ${key}`;
  }
}
