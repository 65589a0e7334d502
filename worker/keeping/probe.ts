// What a keeper asks an origin to learn whether it is good. Isolates compile it from the site and tell it to the keeper, as JSON.
import { shortHash } from "../../shared/short-hash.ts";
import type { Endpoint } from "../../shared/site/endpoint.ts";
import { secretNamed } from "../../shared/site/secret-name.ts";
import { isOriginName } from "./origins-told.ts";

export interface Probe {
  /** `pool/origin`. */
  readonly name: string;
  /** As the origin should see it: its host is the Host. */
  readonly url: string;
  /** Where the connection goes, if not where the URL says. */
  readonly endpoint?: Endpoint;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly everyMs: number;
  /** While the origin is good and its last probe passed. */
  readonly everyWhenGoodMs: number;
  /** While the last probe contradicts what is believed; `everyMs` if it is absent. */
  readonly everyInDoubtMs?: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  /** `200`, `2xx`. */
  readonly statuses: readonly string[];
  /** A glob; undefined if any body is good. */
  readonly body?: string;
  /** Where changes are told. */
  readonly webhook?: string;
}

/** The probes of one version of a site; none if it asks for none. */
export interface ProbePlan {
  readonly version: string;
  readonly probes: readonly Probe[];
}

/** Two versions of a site, in a rollout. */
export const MAX_PLANS = 2;
export const MAX_PROBES = 64;
/** Nobody asks an origin more often. */
const LEAST_EVERY_MS = 1_000;
/** A doubt is settled after `rise` or `fall` probes. */
const LEAST_IN_DOUBT_MS = 250;

/** Tells whether two probes ask the same: then what is known of one holds for the other. */
export const probeKey = ({ name, url, endpoint, method, headers, statuses, body }: Probe): string => {
  const asked = [url, method, headers, statuses, body, ...(endpoint ? [endpoint.id] : [])];
  return `${name} ${shortHash(JSON.stringify(asked))}`;
};

/** As an isolate of this version of the code or of another one told it. Undefined if it is something else. */
export function readPlans(value: unknown): readonly ProbePlan[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_PLANS) return undefined;
  const plans = value.filter(isPlan);
  return plans.length === value.length ? plans : undefined;
}

function isPlan(value: unknown): value is ProbePlan {
  if (typeof value !== "object" || value === null) return false;
  const { version, probes } = value as Record<string, unknown>;
  return isText(version, 64) && Array.isArray(probes) && probes.length <= MAX_PROBES && probes.every(isProbe);
}

function isProbe(value: unknown): value is Probe {
  if (typeof value !== "object" || value === null) return false;
  const probe = value as Record<string, unknown>;
  const { name, url, method, headers, everyMs, everyWhenGoodMs, timeoutMs, rise, fall } = probe;
  const { statuses, body, webhook, endpoint, everyInDoubtMs } = probe;
  return (
    isText(name, 129) &&
    isOriginName(name) &&
    isHttpUrl(url) &&
    isText(method, 16) &&
    Array.isArray(headers) &&
    headers.length <= 100 &&
    headers.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((one) => isText(one, 4_096)),
    ) &&
    [everyMs, everyWhenGoodMs].every((ms) => isNumber(ms) && ms >= LEAST_EVERY_MS) &&
    (everyInDoubtMs === undefined || (isNumber(everyInDoubtMs) && everyInDoubtMs >= LEAST_IN_DOUBT_MS)) &&
    isNumber(timeoutMs) &&
    [rise, fall].every((times) => Number.isInteger(times) && Number(times) >= 1) &&
    Array.isArray(statuses) &&
    statuses.every((status) => isText(status, 3)) &&
    (endpoint === undefined || isEndpoint(endpoint)) &&
    (body === undefined || isText(body, 1_000)) &&
    (webhook === undefined ||
      isHttpUrl(webhook) ||
      (isText(webhook, 100) && secretNamed(webhook) !== undefined))
  );
}

function isEndpoint(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, origin, socket, tls, site } = value as Record<string, unknown>;
  const isName = (name: unknown) => name === null || isText(name, 253);
  if (!isText(id, 4_096) || !isHttpUrl(origin) || !isName(socket) || !isName(site)) return false;
  if (tls === undefined) return true;
  if (typeof tls !== "object" || tls === null) return false;
  const { name, ca, certificate } = tls as Record<string, unknown>;
  return isText(name, 253) && isName(ca) && isName(certificate);
}

const isText = (value: unknown, most: number): value is string =>
  typeof value === "string" && value.length <= most;

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value > 0;

const isHttpUrl = (value: unknown): boolean =>
  isText(value, 4_096) && /^https?:\/\//.test(value) && URL.canParse(value);
