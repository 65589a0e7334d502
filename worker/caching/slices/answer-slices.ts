// Answers from the slices of a file, as its manifest describes it.
import { ok } from "../../../shared/result.ts";
import type { Ports } from "../../isolate.ts";
import type { Answer } from "../demand.ts";
import { answeringOf } from "../demand.ts";
import type { ResponseEntry } from "../entry.ts";
import type { Missing } from "../flow/collapse.ts";
import type { CacheOutcome } from "../law/cache-outcome.ts";
import { tellClient } from "../law/for-client.ts";
import { mayStandIn, type OriginTrouble } from "../law/judge.ts";
import { slicedReply } from "../law/sliced-reply.ts";
import { manifested, slicesFor } from "../law/slices.ts";
import { storedReply } from "../law/stored-reply.ts";
import type { Found } from "../stockroom.ts";
import { type SlicedFile, sliceOf, streamOf } from "./slice-source.ts";

export type Manifest = Extract<Found, { kind: "response" }>;

export interface Slicing extends Missing {
  readonly sliceBytes: number;
  readonly manifest: Manifest | undefined;
}

interface FromManifest {
  readonly slicing: Slicing;
  /** The outcome to report if no slice had to be fetched. */
  readonly cache: CacheOutcome;
  /** A slice that is already in memory. */
  readonly known?: { readonly index: number; readonly bytes: Uint8Array };
}

/**
 * The first slice is obtained before the answer begins, so that the status can report a failing origin. The cache outcome is
 * that of the first slice.
 */
export async function answerFrom(
  manifest: ResponseEntry,
  at: string,
  { slicing, cache, known }: FromManifest,
  ports: Ports,
): Promise<Answer | "changed"> {
  const { demand, plan, sliceBytes } = slicing;
  const representation = manifested(manifest);
  if (!representation) return "changed";
  const answering = answeringOf(demand, ports.now());
  const ready = storedReply({ entry: manifest, body: null }, answering); // a 304, a 416
  const { reply, stretch } = ready
    ? { reply: ready, stretch: undefined }
    : slicedReply(manifest, representation.complete, answering);
  tellClient(reply, plan.rules, true);
  if (!stretch || demand.asked.method === "HEAD") return { result: ok(reply), cache };

  const file: SlicedFile = { demand, rules: plan.rules, sliceBytes, representation, at };
  const { first: index } = slicesFor(stretch, sliceBytes);
  const slice =
    known?.index === index
      ? { kind: "bytes" as const, bytes: known.bytes, answer: undefined, notKept: undefined }
      : await sliceOf(file, index, ports);
  if (slice.kind === "changed") return "changed";
  if (slice.kind === "failed") {
    const { result, sending } = slice.answer;
    if (result.ok) tellClient(result.value, plan.rules, false);
    return { result, sending, cache: { kind: "forward", fwd: "partial" } };
  }
  const answer = { result: ok({ ...reply, body: streamOf(file, { stretch, first: slice.bytes }, ports) }) };
  if (!slice.answer || cache.kind === "forward") return { ...answer, cache };
  const { notKept } = slice;
  const kept = notKept === undefined ? { stored: true } : { detail: notKept };
  const fetched = { kind: "forward", fwd: "partial", fwdStatus: 206, ...kept } as const;
  return { ...answer, cache: fetched, sending: slice.answer.sending };
}

/** The stored file in place of a failing origin; undefined if it may not be served stale or its first slice is not stored. */
export async function standInFor(
  slicing: Slicing,
  trouble: OriginTrouble,
  ports: Ports,
): Promise<Answer | undefined> {
  const { manifest } = slicing;
  if (!manifest || !mayStandIn(manifest.stored.entry, trouble, ports.now())) return undefined;
  const cache = { kind: "forward", fwd: "stale", detail: `stale-if-${trouble}` } as const;
  const answer = await answerFrom(manifest.stored.entry, manifest.at, { slicing, cache }, ports);
  return answer !== "changed" && answer.cache === cache ? answer : undefined;
}
