// Asks whether a client has something left of a limit. Flow.
import type { Result } from "../../../shared/result.ts";
import { type Soon, whenHere } from "../../../shared/soon.ts";
import type { Ports } from "../../isolate.ts";
import type { LimiterFailure } from "../../ports.ts";
import {
  type Ending,
  type Finding,
  type Findings,
  type LimitInquiry,
  PASS,
  type Pass,
} from "../admission.ts";
import { costOfStatus, type Limit, type Rate } from "../limits/limit.ts";
import { ifAdmitted, ifFailed, ifFull, leastOf } from "../limits/limit-findings.ts";
import { limitKeysOf } from "../limits/limit-keys.ts";
import type { Allowance, Withdrawal } from "../limits/withdrawal.ts";
import { holdPlaces } from "./hold-places.ts";
import { endedIfThrown } from "./watch-end.ts";

type LimitPorts = Pick<Ports, "limiters" | "inFlight" | "now" | "after" | "background">;

/** Whatever is limited before the cache is asked. */
export function askLimit({ limit, route }: LimitInquiry, found: Findings, ports: LimitPorts): Soon<Finding> {
  const { maxInFlight, rate } = limit;
  const keys = keysOf({ limit, route }, found);
  if (maxInFlight === undefined) return rate ? askRate(limit, rate, keys, ports) : PASS;
  const giveBack = holdPlaces(limit, maxInFlight, keys, ports);
  if (!giveBack) return ifFull(limit, maxInFlight);
  const held: Pass = { kind: "pass", ended: giveBack };
  if (!rate || rate.onMiss) return held;
  return whenHere(
    endedIfThrown([giveBack], () => askRate(limit, rate, keys, ports)),
    (finding) => {
      if (finding.kind === "pass") return { ...finding, ended: giveBack };
      giveBack();
      return finding;
    },
  );
}

/** What is limited on its way to an origin. */
export function askLimitOnMiss(inquiry: LimitInquiry, found: Findings, ports: LimitPorts): Soon<Finding> {
  const { limit } = inquiry;
  return limit.rate ? askRate(limit, limit.rate, keysOf(inquiry, found), ports) : PASS;
}

const keysOf = ({ limit, route }: Pick<LimitInquiry, "limit" | "route">, { asked, identity }: Findings) =>
  limitKeysOf(limit.by, { asked, route, subject: identity?.subject });

function askRate(
  limit: Limit,
  rate: Rate,
  keys: readonly string[],
  { limiters, background }: LimitPorts,
): Soon<Pass | Ending> {
  const limiter = limiters[rate.strength];
  const withdrawalOf = (key: string, cost: number): Withdrawal => ({
    counts: limit.counts,
    key,
    cost,
    shape: rate.shape,
  });
  const takeFrom = (at: number, least: Allowance | undefined): Soon<Pass | Ending> => {
    const key = keys[at];
    if (key === undefined) return least ? ifAdmitted(limit, rate, least, settled) : PASS;
    return whenHere(
      limiter.take(withdrawalOf(key, rate.cost)),
      (taken: Result<Allowance, LimiterFailure>) => {
        if (!taken.ok) return ifFailed(limit, rate);
        const sofar = leastOf(least, taken.value);
        return sofar.admitted ? takeFrom(at + 1, sofar) : ifAdmitted(limit, rate, sofar, settled);
      },
    );
  };
  const settled = (status: number): void => {
    const cost = costOfStatus(rate, status);
    if (cost === 0) return;
    for (const key of keys) {
      const charged = limiter.charge(withdrawalOf(key, cost));
      if (charged instanceof Promise) background(charged);
    }
  };
  return takeFrom(0, undefined);
}
