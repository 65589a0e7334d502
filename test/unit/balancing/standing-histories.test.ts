// Random histories of pools under load: what must hold at every moment, whatever happens to the origins.
import { describe, expect, it } from "vitest";
import { chooseOrigin } from "../../../worker/balancing/choose.ts";
import { LONGEST_EJECTION_MS } from "../../../worker/balancing/next-standing.ts";
import type { Origin } from "../../../worker/balancing/pool.ts";
import type { Out } from "../../../worker/balancing/standing.ts";
import { originsTold } from "../../../worker/keeping/origins-told.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { aPool } from "./a-pool.ts";
import { facts } from "./facts.ts";
import { type Ending, Watched } from "./watched.ts";

interface UnderWay {
  readonly origin: string;
  readonly sentAt: number;
  readonly endsAt: number;
  readonly ending: Ending | "hang-up";
  readonly isTrial: boolean;
}

/** A trial of which nothing is heard is lost after this time (watched.ts). */
const LOST_AFTER_MS = 16_000;

class History {
  readonly random: () => number;
  readonly watched: Watched;
  readonly most: number;
  #underWay: UnderWay[] = [];
  /** How each origin behaves now. */
  #moods = new Map<string, (random: number) => Ending | "hang-up">();

  constructor(seed: number) {
    this.random = seededRandom(seed);
    const count = 1 + Math.floor(this.random() * 6);
    const origins = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `o${n}`,
        { tier: this.random() < 0.2 ? 1 : 0, weight: 1 + n },
      ]),
    );
    const maxEjected = this.#oneOf([0, 10, 34, 50, 100]);
    const panic = this.#oneOf([0, 0, 30, 70]);
    const outlier = { maxEjected: `${maxEjected}%`, panic: `${panic}%` };
    this.watched = new Watched(aPool(origins, { outlier }), this.random);
    const share = Math.floor((count * maxEjected) / 100);
    this.most = maxEjected > 0 && count > 1 ? Math.max(1, share) : share;
  }

  run(steps: number, check: (history: History) => void): void {
    for (let step = 0; step < steps; step++) {
      if (this.random() < 0.03) this.#changeMood();
      if (this.random() < 0.01) this.#tell();
      this.watched.after(Math.floor(this.random() ** 4 * 3_000));
      this.#endSome();
      if (this.random() < 0.8) this.#request();
      check(this);
    }
  }

  recover(): void {
    this.#moods.clear();
    this.watched.told = originsTold({});
  }

  get outs(): Out[] {
    return [...this.watched.standings.values()].filter((remembered) => remembered.kind === "out");
  }

  trialsAt(origin: string): number {
    const isNotLost = ({ sentAt }: UnderWay) => this.watched.now < sentAt + LOST_AFTER_MS;
    return this.#underWay.filter((each) => each.isTrial && each.origin === origin && isNotLost(each)).length;
  }

  choice(mayTry = true, tried: ReadonlySet<string> = new Set()): Origin | undefined {
    const { pool, standings: seen, told, now } = this.watched;
    return chooseOrigin(pool, { known: { seen, told }, tried, now, mayTry, ...facts(this.random) });
  }

  #request(): void {
    const origin = this.choice(this.random() < 0.7);
    if (!origin) return;
    const before = this.watched.standings;
    const sentAt = this.watched.send(origin.id);
    const ending = this.#moods.get(origin.id)?.(this.random()) ?? 200;
    const endsAt = sentAt + (ending === "timeout" ? 15_000 : Math.floor(this.random() * 200));
    this.#underWay.push({
      origin: origin.id,
      sentAt,
      endsAt,
      ending,
      isTrial: this.watched.standings !== before,
    });
  }

  #endSome(): void {
    const isOver = ({ endsAt }: UnderWay) => endsAt <= this.watched.now;
    const over = this.#underWay.filter(isOver);
    this.#underWay = this.#underWay.filter((each) => !isOver(each) || each.ending === "hang-up");
    for (const { origin, ending, sentAt } of over) {
      if (ending !== "hang-up") this.watched.end(origin, ending, sentAt);
    }
    this.#underWay = this.#underWay.filter(({ sentAt }) => this.watched.now < sentAt + 2 * LOST_AFTER_MS);
  }

  #changeMood(): void {
    const { id } = this.#oneOf(this.watched.pool.origins);
    const moods: ((random: number) => Ending | "hang-up")[] = [
      () => 200,
      () => 200,
      () => "connect",
      () => "timeout",
      () => 503,
      (random) => (random < 0.5 ? 503 : 200),
      (random) => (random < 0.1 ? "connect" : 200),
      (random) => (random < 0.3 ? "hang-up" : random < 0.6 ? "nothing" : 200),
    ];
    this.#moods.set(id, this.#oneOf(moods));
  }

  #tell(): void {
    const down = { since: 1, because: "timeout" };
    const { origins } = this.watched.pool;
    const told = origins.filter(() => this.random() < 0.2).map(({ id }) => [`web/${id}`, { down }] as const);
    this.watched.told = originsTold(Object.fromEntries(told));
  }

  #oneOf<T>(these: readonly T[]): T {
    return these[Math.floor(this.random() * these.length)] as T;
  }
}

const SEEDS = Array.from({ length: 60 }, (_, index) => 1 + index * 7_919);

describe("whatever happens to the origins", () => {
  it("never more than maxEjected are out", () => {
    let most = 0;
    for (const seed of SEEDS)
      new History(seed).run(600, (history) => {
        expect(history.outs.length, `seed ${seed}`).toBeLessThanOrEqual(history.most);
        most = Math.max(most, history.outs.length);
      });
    expect(most).toBeGreaterThan(2); // the histories go far enough
  });

  it("an origin is always chosen, and a usable one if there is any, but for trials and panic", () => {
    let trials = 0;
    for (const seed of SEEDS)
      new History(seed).run(600, (history) => {
        const { watched } = history;
        const chosen = history.choice();
        expect(chosen, `seed ${seed}`).toBeDefined();
        const [first] = watched.groups();
        const isUsable = (id: string) => watched.of(id).kind === "good" && !watched.told.has(`web/${id}`);
        if (first?.role === "trial") {
          trials++;
          expect(first.candidates.every(({ origin }) => watched.of(origin.id).kind === "probation")).toBe(
            true,
          );
          expect(history.choice(true, new Set(["another"]))).not.toBe(undefined);
        } else if (watched.pool.outlier.panic === 0 && watched.pool.origins.some(({ id }) => isUsable(id)))
          expect(isUsable(chosen?.id ?? ""), `seed ${seed}`).toBe(true);
      });
    expect(trials).toBeGreaterThan(100);
  });

  it("one request at a time tries an origin", () => {
    let tried = 0;
    for (const seed of SEEDS)
      new History(seed).run(600, (history) => {
        for (const { id } of history.watched.pool.origins) {
          const count = history.trialsAt(id);
          expect(count, `seed ${seed}`).toBeLessThanOrEqual(1);
          tried += count;
          const standing = history.watched.of(id);
          if (standing.kind === "probation" && !standing.isTried) continue;
          if (standing.kind === "probation")
            expect(history.watched.order().join()).not.toMatch(`trial ${id}\\b`);
        }
      });
    expect(tried).toBeGreaterThan(100);
  });

  it("each ejection in succession is no shorter than the one before, jitter aside, and none is longer than the limit", () => {
    let longest = 0;
    for (const seed of SEEDS) {
      const before = new Map<string, Out>();
      new History(seed).run(600, ({ watched }) => {
        for (const [origin, remembered] of watched.standings) {
          if (remembered.kind !== "out") continue;
          const last = before.get(origin);
          before.set(origin, remembered);
          // It may be cut short: that is when the trial comes early, and not a new ejection.
          if (last === undefined || last.since === remembered.since || remembered.times <= 1) continue;
          expect(remembered.times, `seed ${seed}`).toBeLessThanOrEqual(last.times + 1);
          const ms = remembered.until - remembered.since;
          if (ms < 10_000) continue;
          longest = Math.max(longest, ms);
          expect(ms).toBeGreaterThanOrEqual(
            Math.min(10_000 * 2 ** (remembered.times - 1), LONGEST_EJECTION_MS),
          );
          expect(ms).toBeLessThanOrEqual(LONGEST_EJECTION_MS * 1.25);
        }
      });
    }
    expect(longest).toBeGreaterThan(40_000);
  });

  it("memory is bounded by the origins, and is empty again once all have been well for a while", () => {
    for (const seed of SEEDS) {
      const history = new History(seed);
      history.run(300, ({ watched }) =>
        expect(watched.standings.size).toBeLessThanOrEqual(watched.pool.origins.length),
      );
      history.recover();
      const { watched } = history;
      for (let round = 0; round < 2 && watched.standings.size > 0; round++) {
        watched.after(2 * LONGEST_EJECTION_MS);
        for (const { id } of watched.pool.origins) watched.asks(id, 200);
      }
      watched.after(2 * LONGEST_EJECTION_MS);
      for (const { id } of watched.pool.origins) watched.asks(id, 200);
      expect(watched.standings.size, `seed ${seed}`).toBe(0);
      expect(watched.order().every((group) => group.startsWith("usable"))).toBe(true);
    }
  });
});

describe("against a naive model", () => {
  // One origin of many, so that nothing of the pool matters: all events are kept, and the standing is read from the whole list.
  const RULES = { consecutive: 3, ejectMs: 10_000, slowStartMs: 30_000 };
  type Past = { readonly at: number; readonly ending: Ending }[];

  /** Requests end at the moment they are sent, one at a time, and no failure rate matters. */
  function naive(past: Past, now: number): string {
    let [out, until, times, inARow, backSince, lastMs] = [false, 0, 0, 0, Number.NEGATIVE_INFINITY, 0];
    for (const { at, ending } of past) {
      const isBad = ending === "connect" || ending === "timeout" || ending === 503;
      if (ending === "nothing") continue;
      if (out && !isBad) [out, inARow, backSince] = [false, 0, at];
      else if (!isBad) inARow = 0;
      else if (out && at < until) continue;
      else {
        inARow++;
        if (!out && ending === 503 && inARow < RULES.consecutive) continue;
        if (!out && at - backSince >= Math.max(RULES.slowStartMs, lastMs)) times = 0;
        times++;
        lastMs = Math.min(RULES.ejectMs * 2 ** (times - 1), LONGEST_EJECTION_MS);
        [out, until, inARow] = [true, at + lastMs, 0];
      }
    }
    if (!out) return "good";
    return now < until ? `ejected until ${until}` : "probation";
  }

  it("both believe the same of an origin, at every moment", () => {
    const kinds = new Set<string>();
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const endings: Ending[] = [200, 200, 404, 503, 503, "connect", "timeout", "nothing"];
      const watched = new Watched(aPool({ a: {}, b: {}, c: {} }, { outlier: { rate: "100%" } }));
      const past: Past = [];
      for (let step = 0; step < 400; step++) {
        watched.after(Math.floor(random() ** 3 * 40_000));
        const standing = watched.of("a");
        const told = standing.kind === "ejected" ? `ejected until ${standing.until}` : standing.kind;
        kinds.add(standing.kind);
        expect(told, `seed ${seed}, step ${step}`).toBe(naive(past, watched.now));
        const ending = endings[Math.floor(random() * endings.length)] as Ending;
        past.push({ at: watched.now, ending });
        watched.asks("a", ending);
      }
    }
    expect(kinds.size).toBe(3);
  });
});
