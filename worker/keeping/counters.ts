// Counts the requests of one isolate, for each site, until the keeper of the site is told. Each request costs a few additions.
import { BoundedMap } from "../../shared/remember.ts";
import type { AttemptMeasure, Metrics, RequestMeasure } from "../ports.ts";
import {
  addCounts,
  BOUNDS_MS,
  type Counts,
  countedAs,
  HISTOGRAM_LENGTH,
  NO_COUNTS,
  NONE,
  OTHER,
  SUM_AT,
} from "./counts.ts";

/** What is counted of the site that was first is lost if there are more. */
const MAX_SITES = 1_000;
/** Further attempts are counted together. */
const MAX_ATTEMPT = 3;

interface Counting {
  readonly requests: Map<string, number>;
  readonly durations: Map<string, number[]>;
  readonly attempts: Map<string, number>;
  readonly refusals: Map<string, number>;
}

export class Counters implements Metrics {
  readonly #sites = new BoundedMap<Counting>(MAX_SITES);

  request({ site, route, cache, status, refusal, ms }: RequestMeasure): void {
    if (site === null) return; // then there is no keeper who could be told
    const counting = this.#of(site);
    const name = route ?? NONE;
    add(counting.requests, `${name} ${cache ?? NONE} ${classOf(status)}`);
    observe(counting.durations, name, ms);
    if (refusal !== null) add(counting.refusals, refusal);
  }

  attempts(site: string, pool: string, attempts: readonly AttemptMeasure[]): void {
    const counting = this.#of(site);
    for (const [index, { origin, attempted }] of attempts.entries()) {
      const number = index < MAX_ATTEMPT ? index + 1 : OTHER;
      add(counting.attempts, `${pool} ${origin.id} ${number} ${outcomeOf(attempted)}`);
    }
  }

  take(site: string): Counts | undefined {
    const counting = this.#sites.get(site);
    if (!counting) return undefined;
    this.#sites.delete(site);
    return {
      requests: Object.fromEntries(counting.requests),
      durations: Object.fromEntries(counting.durations),
      attempts: Object.fromEntries(counting.attempts),
      refusals: Object.fromEntries(counting.refusals),
    };
  }

  giveBack(site: string, counts: Counts): void {
    const { requests, durations, attempts, refusals } = addCounts(counts, this.take(site) ?? NO_COUNTS);
    this.#sites.set(site, {
      requests: new Map(Object.entries(requests)),
      durations: new Map(Object.entries(durations).map(([route, one]) => [route, [...one]])),
      attempts: new Map(Object.entries(attempts)),
      refusals: new Map(Object.entries(refusals)),
    });
  }

  #of(site: string): Counting {
    const known = this.#sites.get(site);
    if (known) return known;
    const counting = { requests: new Map(), durations: new Map(), attempts: new Map(), refusals: new Map() };
    this.#sites.set(site, counting);
    return counting;
  }
}

const CLASSES: readonly (string | undefined)[] = [undefined, "1xx", "2xx", "3xx", "4xx", "5xx"];

const classOf = (status: number): string => CLASSES[Math.floor(status / 100)] ?? OTHER;

const outcomeOf = (attempted: AttemptMeasure["attempted"]): string =>
  attempted.kind === "status" ? classOf(attempted.status) : attempted.failure.kind;

function add(sums: Map<string, number>, key: string): void {
  const at = countedAs(sums, key);
  sums.set(at, (sums.get(at) ?? 0) + 1);
}

function observe(durations: Map<string, number[]>, route: string, ms: number): void {
  const name = countedAs(durations, route);
  let histogram = durations.get(name);
  if (!histogram) {
    histogram = new Array<number>(HISTOGRAM_LENGTH).fill(0);
    durations.set(name, histogram);
  }
  let at = 0;
  while (at < BOUNDS_MS.length && ms > (BOUNDS_MS[at] ?? 0)) at++;
  histogram[at] = (histogram[at] ?? 0) + 1;
  histogram[SUM_AT] = (histogram[SUM_AT] ?? 0) + ms;
}
