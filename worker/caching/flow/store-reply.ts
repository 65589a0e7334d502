// Passes a reply from the origin to the client as it arrives, and stores it on the way if that is allowed.
import { once } from "../../../shared/remember.ts";
import { isEndNoticed, tellBodyEnd } from "../../balancing/body-end.ts";
import { atMost } from "../../bodies/cut.ts";
import { letGo } from "../../bodies/let-go.ts";
import { Patience } from "../../bodies/patience.ts";
import { keepForReplay } from "../../bodies/replay.ts";
import type { Ports } from "../../isolate.ts";
import type { Body, Reply } from "../../message.ts";
import type { AsOf } from "../change-clock.ts";
import type { Demand } from "../demand.ts";
import { declaredLength, isWhole, type ResponseEntry, type StoredResponseWithBody } from "../entry.ts";
import type { Land } from "../flights.ts";
import type { CacheOutcome, Forward, KeepingRefusal } from "../law/cache-outcome.ts";
import { holdsForTheKey } from "../law/collapsible.ts";
import { namedByBoth } from "../law/combine.ts";
import { leaveTagsOut, tellClient } from "../law/for-client.ts";
import { sameRepresentation } from "../law/freshen.ts";
import { fateOfPart, partOf, readPart } from "../law/parts.ts";
import type { CacheRules } from "../law/rules.ts";
import { selectorValues } from "../law/selectors.ts";
import { isPassingTrouble } from "../law/status-codes.ts";
import { objectionToStoring } from "../law/storable.ts";
import { isWorseThan, supersedes } from "../law/supersede.ts";
import { directivesForUs } from "../law/targeted.ts";
import { termsOf } from "../law/terms.ts";
import { contentLocationIsTarget, toEntry } from "../law/to-entry.ts";
import { forget, type Keeping, keep, placeOf, wouldTake } from "../stockroom.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import { arrivalOf, isOverPage, keepPart } from "./look-again.ts";

/** Bodies up to this length are collected in memory, for waiting requests and to combine parts. */
const MAX_GATHERED_BYTES = 1_048_576;

export interface Passing {
  readonly demand: Demand;
  readonly key: string;
  readonly rules: CacheRules;
  readonly answer: OriginAnswer;
  /** See `Keeping` in stockroom.ts. */
  readonly asOf: AsOf;
  /** The response stored under the key before. Parts of one representation are combined. */
  readonly held: StoredResponseWithBody | undefined;
  /** The stored beginning that the reply completes. */
  readonly begin?: ResponseEntry;
  /** Why the origin was asked; absent if there was no lookup. */
  readonly fwd?: Forward;
  /** Called as soon as it is known whether other requests may use the response. */
  readonly land: Land;
  /** See `Fetching` in form.ts. */
  readonly isStoredAfterAll?: () => void;
}

export type Kept = Pick<Extract<CacheOutcome, { kind: "forward" }>, "stored" | "detail">;

export interface OnItsWay {
  readonly reply: Reply;
  readonly kept: Kept;
  /** The entry that is being stored; undefined if the reply is not stored. */
  readonly entry: ResponseEntry | undefined;
}

/** The reply for the client, and whether it is being stored. The body is read only once, for both. */
export function storeReply(reply: Reply, passing: Passing, ports: Ports): OnItsWay {
  const { demand, rules, answer, key, asOf, held } = passing;
  const { asked } = demand;
  const addressed = directivesForUs(reply.headers);
  const { status, statusText, headers } = reply;
  const { requestedAt, receivedAt, revision } = answer;
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
  const refusal = objection ?? refusalToKeep(reply, passing, ports.now());
  const selectors = refusal === undefined ? selectorValues(reply.headers, demand, rules) : undefined;
  if (!selectors) {
    // An origin that fails now may answer the next request, and another client may send other fields. Neither is a reason
    // to stop collapsing for the key.
    const holds = objection !== undefined && holdsForTheKey({ status, objection }, asked);
    passing.land(holds ? { kind: "not-shared", isUnstorable: true } : { kind: "failed" });
    const isNews = objection !== "too-large" || !isOfTheSame(reply, held);
    if (held && objection && isNews && supersedes(status, objection)) ports.background(forget(key, ports));
    return passedOn(reply, refusal ?? "selector-unreadable", rules);
  }

  const received = { status, statusText, headers, requestedAt, receivedAt, revision, terms: terms() };
  const own = toEntry(received, rules, asked, status === 206 ? partOf(headers) : null);
  const entry = passing.begin ? { ...own, ...namedByBoth(own, own, passing.begin) } : own;
  const keeping = { key, rules, host: asked.host, entry, asOf, selectors };
  if (entry.part && held) {
    const fate = fateOfPart(entry, held.entry, arrivalOf(keeping, requestedAt, ports));
    if (fate === "gives-way") {
      passing.land({ kind: "not-shared" });
      return passedOn(reply, "less-than-stored", rules);
    }
  }
  const at = placeOf(key, selectors);
  const takes = wouldTake(at, entry, ports);
  if (!takes && (declaredLength(entry) ?? 0) > MAX_GATHERED_BYTES) {
    passing.land({ kind: "not-shared" });
    const isNews = !isOfTheSame(reply, held);
    if (isNews && supersedes(status, "too-large")) ports.background(forget(at, ports));
    return passedOn(reply, "too-large-for-store", rules);
  }
  const [forClient, forStore] = inTwo(reply.body);
  passing.isStoredAfterAll?.();
  ports.background(gatherAndKeep(keeping, forStore, { ...passing, cutOff: reply.cutOff }, ports));
  leaveTagsOut(reply.headers, rules);
  tellClient(reply, rules, true);
  const kept: Kept = takes ? { stored: true } : { detail: "too-large-for-store" };
  return { reply: { ...reply, body: forClient }, kept, entry };
}

/** Whether the whole, which is too large to store, is of the same version as the stored part. The part then remains valid. */
function isOfTheSame({ headers }: Reply, held: Passing["held"]): boolean {
  return held !== undefined && sameRepresentation(held.entry, headers);
}

function passedOn(reply: Reply, detail: Kept["detail"], rules: CacheRules): OnItsWay {
  tellClient(reply, rules, false);
  return { reply, kept: { ...(detail && { detail }) }, entry: undefined };
}

function refusalToKeep(
  { status, headers }: Reply,
  { rules, held, fwd, demand }: Passing,
  now: number,
): KeepingRefusal | undefined {
  if (isPassingTrouble(status)) {
    const selectors = fwd === "vary-miss" ? selectorValues(headers, demand, rules) : undefined;
    const hidesVariants = selectors !== undefined && placeOf("", selectors) === "";
    return hidesVariants || isWorseThan(held?.entry, status, now) ? "error-over-page" : undefined;
  }
  if (status !== 206) return undefined;
  const part = readPart(headers);
  if (typeof part === "string") return part;
  // A part that is not collected in memory cannot be combined with others, and is of little use without them.
  return part.length > Math.min(MAX_GATHERED_BYTES, rules.maxObjectBytes) ? "part-too-large" : undefined;
}

interface Gathering extends Passing {
  readonly cutOff: Reply["cutOff"] | undefined;
}

async function gatherAndKeep(keeping: Keeping, body: Body, passing: Gathering, ports: Ports): Promise<void> {
  const patience = new Patience(ports, passing.cutOff);
  try {
    await gatherAndKeepWith(patience, { keeping, body, passing }, ports);
  } finally {
    await patience.end();
  }
}

async function gatherAndKeepWith(
  patience: Patience,
  { keeping, body, passing }: { keeping: Keeping; body: Body; passing: Passing },
  ports: Ports,
): Promise<void> {
  const { entry, rules } = keeping;
  const { land } = passing;
  if (isPassingTrouble(entry.status) && (await isOverPage(keeping, ports))) {
    letGo(body, ports);
    return land({ kind: "failed" });
  }
  const gathered =
    body instanceof ReadableStream ? await keepForReplay(body, MAX_GATHERED_BYTES, patience.read) : undefined;
  if (gathered && !patience.hasGivenUp) tellEnd(gathered, passing, ports);
  if (gathered && !gathered.ok) return land({ kind: "failed" }); // the body was truncated, so nothing is stored
  const read = gathered ? gathered.value.body : body;
  if (read instanceof ReadableStream) {
    land({ kind: "not-shared" });
    if (entry.part) return letGo(read, ports); // longer than it declares
    return keep(keeping, atMost(read, rules.maxObjectBytes), ports);
  }

  const bytes = read instanceof Uint8Array ? read : new TextEncoder().encode(read ?? "");
  if (entry.status !== 204 && !isWhole(entry, bytes.length)) return land({ kind: "failed" });
  if (entry.part) {
    land({ kind: "not-shared" });
    return keepPart(keeping, bytes, passing.answer.requestedAt, ports);
  }
  if (bytes.length > rules.maxObjectBytes) return land({ kind: "not-shared" });
  const kept = keep(keeping, bytes, ports);
  const shareable = entry.terms.freshForMs > 0 && !entry.terms.alwaysRevalidate;
  if (shareable) land({ kind: "shared", entry, bytes, selectors: keeping.selectors }, kept);
  else land({ kind: "not-shared" });
  return kept;
}

/** For what is believed of the origin. The end of a longer body is not noticed here. */
function tellEnd(
  gathered: Awaited<ReturnType<typeof keepForReplay>>,
  { demand, answer }: Passing,
  ports: Ports,
): void {
  const { pool } = demand.action;
  const answeredBy = answer.sending?.answeredBy;
  if (!answeredBy || isEndNoticed(pool) || (gathered.ok && !gathered.value.kept)) return;
  tellBodyEnd(pool, answeredBy, gathered.ok ? "whole" : "cut", ports);
}

/** One for the client and one for the store. */
export function inTwo(body: Body): [Body, Body] {
  return body instanceof ReadableStream ? body.tee() : [body, body];
}
