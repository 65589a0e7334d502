// What both balancers are told, so that they are compared under the same terms: the time-outs, the probes and the retries.

export const TERMS = {
  /** The longest wait for the header of a response. */
  firstByteMs: 1_000,
  /** The longest wait for the next byte of a body. */
  idleMs: 30_000,
  /** A GET that has no answer by then is sent to a second origin too. HAProxy has no such thing. */
  hedgeAfterMs: 100,
  /** Attempts for each request, the first included. */
  attempts: 3,
  probeEveryMs: 1_000,
  /** Between two probes of an origin of which the last probe said something else than the ones before. */
  probeInDoubtMs: 250,
  probeTimeoutMs: 500,
  /** Good probes until an origin is in service again, and bad ones until it is out of service. */
  rise: 2,
  fall: 2,
  slowStartMs: 10_000,
} as const;

/** What an origin is asked by a probe. */
export const PROBE_PATH = "/healthz";

/** The Host of every request. */
export const HOST = "chaos.test";
