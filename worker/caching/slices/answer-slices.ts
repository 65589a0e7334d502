// Answers from the slices of a file, as its manifest describes it.
import { ok } from "../../../shared/result.ts";
import type { Ports } from "../../isolate.ts";
import { type Answer, answeringOf } from "../demand.ts";
import type { ResponseEntry } from "../entry.ts";
import type { NoAnswer, Using } from "../flow/form.ts";
import { tellClient } from "../law/for-client.ts";
import type { Stretch } from "../law/ranges.ts";
import { slicedReply } from "../law/sliced-reply.ts";
import { asksForOneStretch, manifested, sliceBytesOf, slicesFor } from "../law/slices.ts";
import { storedReply } from "../law/stored-reply.ts";
import type { Held } from "../stockroom.ts";
import { heldSlice, type Slice, type SlicedFile, sliceOf, streamOf } from "./slice-source.ts";

/** A file that can answer a request from its slices. */
export interface Sliced {
  readonly file: SlicedFile;
  readonly manifest: ResponseEntry;
  /** A slice that is already in memory. */
  readonly known?: { readonly index: number; readonly bytes: Uint8Array };
}

/** Undefined if the entry is not a manifest, or the request is not for one range. */
export function slicedFor(
  { at, stored }: Held,
  { demand, plan }: Pick<Using, "demand" | "plan">,
): Sliced | undefined {
  const { entry: manifest } = stored;
  if (!manifest.part || plan.onlyIfCached) return undefined; // some slices may be missing
  const { rules } = plan;
  const { method } = demand.asked;
  const sliceBytes = sliceBytesOf(rules);
  const representation = manifested(manifest);
  if (sliceBytes === undefined || !representation) return undefined;
  if ((method !== "GET" && method !== "HEAD") || !asksForOneStretch(demand.asked)) return undefined;
  return { file: { demand, rules, sliceBytes, representation, at, tags: manifest.resource.tags }, manifest };
}

/**
 * The first slice is obtained before the answer begins, so that the status can report a failing origin. The cache outcome is
 * that of the first slice.
 */
export async function answerInSlices(
  sliced: Sliced,
  { demand, plan, cache, mayAsk }: Using,
  ports: Ports,
): Promise<Answer | NoAnswer> {
  const { file, manifest } = sliced;
  const answering = answeringOf(demand, ports.now());
  const ready = storedReply({ entry: manifest, body: null }, answering); // a 304, a 416
  const { reply, stretch } = ready
    ? { reply: ready, stretch: undefined }
    : slicedReply(manifest, file.representation.complete, answering);
  tellClient(reply, plan.rules, true);
  if (!stretch || demand.asked.method === "HEAD") return { result: ok(reply), cache };

  const slice = await firstSlice(sliced, stretch, mayAsk, ports);
  if (!slice) return "unusable";
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

/** Undefined if it is not stored, and the origin may not be asked. */
async function firstSlice(
  { file, known }: Sliced,
  stretch: Stretch,
  mayAsk: boolean,
  ports: Ports,
): Promise<Slice | undefined> {
  const { first: index } = slicesFor(stretch, file.sliceBytes);
  if (known?.index === index) return { kind: "bytes", bytes: known.bytes };
  if (mayAsk) return sliceOf(file, index, ports);
  const bytes = await heldSlice(file, index, ports);
  return bytes && { kind: "bytes", bytes };
}
