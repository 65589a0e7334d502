// A reply from an origin on its way through: stored if it may be, while the client gets it as it comes. Flow.
import { keepForReplay } from "../balancing/replay.ts";
import type { Body, Reply } from "../message.ts";
import type { Ports } from "../ports.ts";
import type { OriginAnswer } from "./ask-origin.ts";
import { joinParts } from "./combine.ts";
import type { Demand } from "./demand.ts";
import type { ResponseEntry, StoredResponseWithBody } from "./entry.ts";
import type { Landing } from "./flights.ts";
import { tellClient } from "./for-client.ts";
import { keep, type Keeping, selectorValues } from "./keep.ts";
import type { CacheOutcome } from "./outcome.ts";
import { parseContentRange } from "./ranges.ts";
import type { CacheRules } from "./rules.ts";
import { objectionToStoring } from "./storable.ts";
import { contentLocationIsTarget, partOf, toEntry } from "./to-entry.ts";

/** Bodies up to here are gathered: for the memory store, for those who wait, and to be joined with other parts. */
const MAX_GATHERED_BYTES = 1_048_576;

export interface Passing {
  readonly demand: Demand;
  readonly key: string;
  readonly rules: CacheRules;
  readonly answer: OriginAnswer;
  /** What was held before under the key; parts of one representation are joined. */
  readonly held: StoredResponseWithBody | undefined;
  /** Told once, as soon as it is known whether others may use the response. */
  land(landing: Landing): void;
}

export type Kept = Pick<Extract<CacheOutcome, { kind: "forward" }>, "stored" | "detail">;

/** The reply for the client, and whether it is being stored. The body is read once, and shared out. */
export function storeReply(reply: Reply, passing: Passing, ports: Ports): { reply: Reply; kept: Kept } {
  const { demand, rules, answer, key } = passing;
  const { asked, ask } = demand;
  const entry = toEntry({ ...reply, ...answer }, rules);
  const objection = objectionToStoring({
    method: asked.method,
    requestHeaders: ask.headers,
    path: asked.path,
    status: reply.status,
    headers: reply.headers,
    terms: entry.terms,
    rules,
    contentLocationIsTarget: asked.method !== "GET" && contentLocationIsTarget(reply.headers, asked),
  });
  const unknownPart = reply.status === 206 && !parseContentRange(reply.headers.get("content-range"));
  if (objection !== undefined || unknownPart) {
    passing.land({ kind: "not-shared" });
    tellClient(reply.headers, rules, false);
    return { reply, kept: { detail: objection ?? "part-of-unknown-length" } };
  }

  const keeping = { key, rules, entry, selectors: selectorValues(reply.headers, asked, rules) };
  const [forClient, forStore] = inTwo(reply.body);
  ports.background(gatherAndKeep(keeping, forStore, passing, ports));
  tellClient(reply.headers, rules, true);
  return { reply: { ...reply, body: forClient }, kept: { stored: true } };
}

async function gatherAndKeep(keeping: Keeping, body: Body, passing: Passing, ports: Ports): Promise<void> {
  const declared = Number(passing.answer.result.ok ? (lengthOf(keeping.entry) ?? Number.NaN) : Number.NaN);
  if (declared > MAX_GATHERED_BYTES) passing.land({ kind: "not-shared" });
  const gathered = body instanceof ReadableStream ? await keepForReplay(body, MAX_GATHERED_BYTES) : undefined;
  if (gathered && !gathered.ok) return passing.land({ kind: "failed" }); // it ended early: nothing is stored
  const read = gathered ? gathered.value.body : body;

  if (read instanceof ReadableStream) {
    passing.land({ kind: "not-shared" });
    if (keeping.entry.status === 206) return read.cancel();
    return keep(keeping, read, ports);
  }
  const bytes = read instanceof Uint8Array ? read : new TextEncoder().encode(read ?? "");
  if (!Number.isNaN(declared) && keeping.entry.status !== 204 && declared !== bytes.length) {
    return passing.land({ kind: "failed" });
  }
  if (keeping.entry.status === 206) {
    passing.land({ kind: "not-shared" });
    return keepPart(keeping, bytes, passing, ports);
  }
  const shareable = keeping.entry.terms.freshForMs > 0 && !keeping.entry.terms.alwaysRevalidate;
  passing.land(
    shareable
      ? { kind: "shared", entry: keeping.entry, bytes, selectors: keeping.selectors }
      : { kind: "not-shared" },
  );
  await keep(keeping, bytes, ports);
}

function keepPart(keeping: Keeping, bytes: Uint8Array, passing: Passing, ports: Ports): Promise<void> {
  const part = partOf(new Headers(keeping.entry.headers as [string, string][]), bytes.length);
  const received = { entry: { ...keeping.entry, part }, body: bytes };
  const joined = (passing.held && joinParts(passing.held, received)) ?? received;
  return keep({ ...keeping, entry: joined.entry }, joined.body, ports);
}

/** One for the client and one for the store. */
export function inTwo(body: Body): [Body, Body] {
  return body instanceof ReadableStream ? body.tee() : [body, body];
}

function lengthOf(entry: ResponseEntry): string | undefined {
  return entry.headers.find(([name]) => name === "content-length")?.[1];
}
