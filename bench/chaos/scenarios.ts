// What happens to the origins, as data: how each scenario begins and how it ends.
import type { Balancer } from "./balancers/balancer.ts";
import type { Three } from "./origins.ts";

export interface Stage {
  readonly origins: Three;
  readonly balancer: Balancer;
}

export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  /** For docs/resilience.md: what happens, and what a client should see. */
  readonly words: string;
  /** The one that it happens to; undefined if it happens to all. */
  readonly victim: "b" | undefined;
  /** A restart is over sooner than the other troubles. */
  readonly troubleMs?: number;
  begin(stage: Stage): Promise<void>;
  end(stage: Stage): Promise<void>;
}

export type ScenarioName =
  | "kill"
  | "freeze"
  | "slow"
  | "500"
  | "521"
  | "cut"
  | "restart"
  | "drain"
  | "all-down";

/** Longer than a client likes to wait, and shorter than the time-out: nothing fails. */
const SLOW_MS = 600;
const RESTART_MS = 2_000;

const one = { victim: "b" } as const;
const recover = ({ origins: [, b] }: Stage): Promise<void> => b.recover();

export const SCENARIOS: readonly Scenario[] = [
  {
    ...one,
    name: "kill",
    title: "one origin is killed",
    words:
      "SIGKILL: its connections break, and new ones are refused. A GET is repeated at another origin. A POST that was on its way gets a 502, because the origin may have carried it out.",
    begin: ({ origins: [, b] }) => b.kill(),
    end: ({ origins: [, b] }) => b.start(),
  },
  {
    ...one,
    name: "freeze",
    title: "one origin freezes",
    words:
      "SIGSTOP: connections are accepted and nothing is ever answered. This is what a deadlock, a full disk or a lost network looks like. Only a time-out tells.",
    begin: async ({ origins: [, b] }) => b.freeze(),
    end: async ({ origins: [, b] }) => b.thaw(),
  },
  {
    ...one,
    name: "slow",
    title: "one origin is slow",
    words: `Each response takes ${SLOW_MS} ms more, which is within the time-out. Probes are answered as always. Nothing fails; the question is how many requests wait.`,
    begin: ({ origins: [, b] }) => b.behave({ kind: "slow", ms: SLOW_MS }),
    end: recover,
  },
  {
    ...one,
    name: "500",
    title: "one origin answers 500",
    words: "To every request and every probe, at once. A GET is repeated at another origin.",
    begin: ({ origins: [, b] }) => b.behave({ kind: "status", status: 500 }),
    end: recover,
  },
  {
    ...one,
    name: "521",
    title: "one origin answers 521",
    words: "What Cloudflare answers in place of an origin that refuses connections.",
    begin: ({ origins: [, b] }) => b.behave({ kind: "status", status: 521 }),
    end: recover,
  },
  {
    ...one,
    name: "cut",
    title: "one origin breaks off in the middle of bodies",
    words:
      "Header, half of the body, end of the connection; half of the responses have a length, and half are chunked. What has reached the client cannot be taken back, so the transfer has to break. It must never end as if it were whole.",
    begin: ({ origins: [, b] }) => b.behave({ kind: "cut" }),
    end: recover,
  },
  {
    ...one,
    name: "restart",
    title: "one origin is restarted",
    words: `SIGTERM: it finishes what it has begun and ends. It is back after ${RESTART_MS / 1_000} seconds.`,
    troubleMs: RESTART_MS,
    begin: ({ origins: [, b] }) => b.terminate(),
    end: ({ origins: [, b] }) => b.start(),
  },
  {
    ...one,
    name: "drain",
    title: "one origin is drained",
    words: "The operator takes it out of service and puts it back. No request may notice.",
    begin: ({ balancer }) => balancer.drain("b"),
    end: ({ balancer }) => balancer.undrain("b"),
  },
  {
    name: "all-down",
    title: "all origins are killed",
    words:
      "All three get SIGKILL and are started again later. Until then each GET should be answered at once with a 503, or from the cache with a stale page. A POST that finds out that an origin is gone gets a 502, because it may have been carried out. Once probes have found it out too, no POST is sent.",
    victim: undefined,
    begin: async ({ origins }) => void (await Promise.all(origins.map((origin) => origin.kill()))),
    end: async ({ origins }) => void (await Promise.all(origins.map((origin) => origin.start()))),
  },
];
