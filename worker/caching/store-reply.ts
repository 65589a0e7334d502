// A reply from an origin on its way through: stored if it may be, while the client gets it as it comes. Flow.
import { once } from "../../shared/once.ts";
import { keepForReplay } from "../balancing/replay.ts";
import type { Body, Reply } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import { atMost } from "./at-most.ts";
import { joinParts } from "./combine.ts";
import type { Demand } from "./demand.ts";
import { headersOf, isWhole, type ResponseEntry, type StoredResponseWithBody } from "./entry.ts";
import type { Land } from "./flights.ts";
import { tellClient } from "./for-client.ts";
import { forget, keep, type Keeping, selectorValues } from "./keep.ts";
import { letGo } from "./let-go.ts";
import type { CacheOutcome, KeepingRefusal } from "./outcome.ts";
import { parseContentRange } from "./ranges.ts";
import type { CacheRules } from "./rules.ts";
import { isOriginFailure } from "./status-codes.ts";
import { objectionToStoring } from "./storable.ts";
import { isWorseThan, supersedes } from "./supersede.ts";
import { directivesForUs } from "./targeted.ts";
import { termsOf } from "./terms.ts";
import { contentLocationIsTarget, partOf, toEntry } from "./to-entry.ts";

/** Bodies up to here are gathered: for those who wait, and to be joined with other parts. */
const MAX_GATHERED_BYTES = 1_048_576;

export interface Passing {
  readonly demand: Demand;
  readonly key: string;
  readonly rules: CacheRules;
  readonly answer: OriginAnswer;
  /** See keep.ts. */
  readonly asOf: number;
  /** What was held before under the key; parts of one representation are joined. */
  readonly held: StoredResponseWithBody | undefined;
  /** Told as soon as it is known whether others may use the response. */
  readonly land: Land;
}

export type Kept = Pick<Extract<CacheOutcome, { kind: "forward" }>, "stored" | "detail">;

export interface OnItsWay {
  readonly reply: Reply;
  readonly kept: Kept;
  /** The reply as it is being stored; undefined where it is not. */
  readonly entry: ResponseEntry | undefined;
}

/** The reply for the client, and whether it is being stored. The body is read once, and shared out. */
export function storeReply(reply: Reply, passing: Passing, ports: Ports): OnItsWay {
  const { demand, rules, answer, key, asOf, held } = passing;
  const { asked } = demand;
  const addressed = directivesForUs(reply.headers);
  const { status, statusText, headers } = reply;
  const { requestedAt, receivedAt } = answer;
  const terms = once(() => termsOf({ status, headers, receivedAt }, rules, addressed));
  const exchange = {
    method: asked.method,
    requestHeaders: demand.ask().headers,
    path: asked.path,
    status,
    headers,
    terms,
    rules,
    contentLocationIsTarget: asked.method !== "GET" && contentLocationIsTarget(headers, asked),
  };
  const objection = objectionToStoring(exchange, addressed);
  const refusal = objection ?? refusalToKeep(reply, held?.entry, receivedAt);
  const selectors = refusal === undefined ? selectorValues(reply.headers, demand, rules) : undefined;
  if (!selectors) {
    // An origin that fails may be well for the next one: the key is not to be without collapsing for that.
    const failed = isOriginFailure(reply.status) || refusal === undefined;
    passing.land({ kind: failed ? "failed" : "not-shared" });
    if (held && objection && supersedes(reply.status, objection)) ports.background(forget(key, ports));
    tellClient(reply.headers, rules, false);
    return { reply, kept: { detail: refusal ?? "selector-unreadable" }, entry: undefined };
  }

  const entry = toEntry({ status, statusText, headers, requestedAt, receivedAt, terms: terms() }, rules);
  const keeping = { key, rules, entry, asOf, selectors };
  const [forClient, forStore] = inTwo(reply.body);
  ports.background(gatherAndKeep(keeping, forStore, passing, ports));
  tellClient(reply.headers, rules, true);
  return { reply: { ...reply, body: forClient }, kept: { stored: true }, entry };
}

function refusalToKeep(
  { status, headers }: Reply,
  held: ResponseEntry | undefined,
  now: number,
): KeepingRefusal | undefined {
  if (status === 206 && !parseContentRange(headers.get("content-range"))) return "part-of-unknown-length";
  return isWorseThan(held, status, now) ? "error-over-page" : undefined;
}

async function gatherAndKeep(keeping: Keeping, body: Body, passing: Passing, ports: Ports): Promise<void> {
  const { entry, rules } = keeping;
  const { land } = passing;
  const gathered = body instanceof ReadableStream ? await keepForReplay(body, MAX_GATHERED_BYTES) : undefined;
  if (gathered && !gathered.ok) return land({ kind: "failed" }); // it ended early: nothing is stored
  const read = gathered ? gathered.value.body : body;
  if (read instanceof ReadableStream) {
    land({ kind: "not-shared" });
    // A part is of use only with the others, and they are joined at hand.
    if (entry.status === 206) return letGo(read, ports);
    return keep(keeping, atMost(read, rules.maxObjectBytes), ports);
  }

  const bytes = read instanceof Uint8Array ? read : new TextEncoder().encode(read ?? "");
  if (entry.status === 206) {
    land({ kind: "not-shared" });
    return keepPart(keeping, bytes, passing, ports);
  }
  if (entry.status !== 204 && !isWhole(entry, bytes.length)) return land({ kind: "failed" });
  if (bytes.length > rules.maxObjectBytes) return land({ kind: "not-shared" });
  const kept = keep(keeping, bytes, ports);
  const shareable = entry.terms.freshForMs > 0 && !entry.terms.alwaysRevalidate;
  if (shareable) land({ kind: "shared", entry, bytes, selectors: keeping.selectors }, kept);
  else land({ kind: "not-shared" });
  return kept;
}

function keepPart(keeping: Keeping, bytes: Uint8Array, passing: Passing, ports: Ports): Promise<void> {
  const part = partOf(headersOf(keeping.entry.headers), bytes.length);
  const received = { entry: { ...keeping.entry, part }, body: bytes };
  const joined = (passing.held && joinParts(passing.held, received)) ?? received;
  return keep({ ...keeping, entry: joined.entry }, joined.body, ports);
}

/** One for the client and one for the store. */
export function inTwo(body: Body): [Body, Body] {
  return body instanceof ReadableStream ? body.tee() : [body, body];
}
