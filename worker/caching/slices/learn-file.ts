// Requests the first slice that a request needs. Its response describes the whole file, or confirms the stored manifest. A
// response that is not a slice is handled like any other.
import { ok } from "../../../shared/result.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import type { Answer } from "../demand.ts";
import type { Part } from "../entry.ts";
import type { Land } from "../flights.ts";
import { askOrigin } from "../flow/ask-origin.ts";
import { type Fetched, passOn, standInFor as storedInPlace, troubleIn } from "../flow/fetch-fresh.ts";
import { storedNow } from "../flow/keep-part.ts";
import { updateStored } from "../flow/update-stored.ts";
import { isAbout } from "../law/freshen.ts";
import { withRange } from "../law/origin-ask.ts";
import { partOf } from "../law/parts.ts";
import { selectorValues } from "../law/selectors.ts";
import { cutFromSlice, stretchWithin } from "../law/sliced-reply.ts";
import {
  asWhole,
  firstSliceFor,
  isSlice,
  noBytesOf,
  objectionToSlicing,
  representationOf,
  spanOf,
} from "../law/slices.ts";
import { isOriginFailure } from "../law/status-codes.ts";
import { isOfThePage } from "../law/supersede.ts";
import { toEntry } from "../law/to-entry.ts";
import { validatingFields } from "../law/validators.ts";
import { forwardReason, type Keeping, keep, placeOf, wouldTake } from "../stockroom.ts";
import { answerFrom, type Slicing, standInFor } from "./answer-slices.ts";
import { keyOf, type SlicedFile, takeSlice } from "./slice-source.ts";

/** Undefined if the whole must be requested. Lands on every path. */
export async function learnFile(slicing: Slicing, land: Land, ports: Ports): Promise<Answer | undefined> {
  const { demand, plan, found, manifest, sliceBytes } = slicing;
  const index = firstSliceFor(demand.asked, sliceBytes, manifest?.stored.entry.part?.complete);
  const conditions = manifest ? validatingFields(manifest.stored.entry) : [];
  const originAsk = withRange(demand.ask(), spanOf(index, sliceBytes), conditions);
  const asked = { ...demand, ask: () => originAsk };
  const asOf = ports.flights.asOf(ports.now());
  const answer = await askOrigin(asked, originAsk, ports);
  const fwd = forwardReason(slicing.found);
  const fetched: Fetched = { demand: asked, plan, found, land, answer, asOf, fwd };
  const { result, sending } = answer;

  if (!result.ok || isOriginFailure(result.value.status)) {
    land({ kind: "failed" });
    const trouble = result.ok ? "error" : troubleIn(result.error);
    const standIn =
      trouble &&
      ((await standInFor(slicing, trouble, ports)) ?? storedInPlace({ ...fetched, demand }, trouble, ports));
    if (standIn && result.ok) letGo(result.value.body, ports);
    if (standIn) return { ...standIn, sending };
    return result.ok
      ? passOn(result.value, fetched, ports)
      : { result, sending, cache: { kind: "forward", fwd } };
  }
  const reply = result.value;
  if (manifest && reply.status === 304) {
    if (!isAbout(manifest.stored.entry, reply.headers)) return notInSlices(fetched, reply, ports);
    const update = { found: manifest, plan, demand: asked, notModified: reply.headers, answer, asOf };
    const { stored, written, kept } = updateStored(update, ports);
    await written;
    land({ kind: "stored" });
    const cache = { kind: "forward", fwd, fwdStatus: 304, ...kept } as const;
    const updated = await answerFrom(stored.entry, manifest.at, { slicing, cache }, ports);
    return updated === "changed" ? undefined : { ...updated, sending };
  }
  if (reply.status === 206) return learnFrom(reply, { fetched, slicing, index }, ports);
  if (reply.status === 416 && !demand.asked.headers.has("range")) return notInSlices(fetched, reply, ports);
  // The slice does not exist because the client asked for bytes beyond the end. The stored manifest remains valid.
  if (reply.status === 416) land({ kind: "stored" });
  return passOn(reply, fetched, ports);
}

/** Stores a manifest made from the slice. A file that fits into one slice is stored like any other response. */
async function learnFrom(
  reply: Reply,
  { fetched, slicing, index }: { fetched: Fetched; slicing: Slicing; index: number },
  ports: Ports,
): Promise<Answer | undefined> {
  const { demand, plan, sliceBytes } = slicing;
  const { answer, land, asOf, fwd } = fetched;
  const range = partOf(reply.headers);
  if (!range || !isSlice(range, index, sliceBytes)) return notInSlices(fetched, reply, ports);
  const received = { ...reply, requestedAt: answer.requestedAt, receivedAt: answer.receivedAt };
  const whole = asWhole(received, range.complete);
  if (range.length === range.complete) {
    const landStored: Land = (_landing, kept) =>
      void (kept ?? Promise.resolve()).then(() => land({ kind: "stored" }));
    const { status, statusText, headers } = whole;
    const bodyLength = range.complete; // lets the client detect a truncated body
    return passOn(
      { ...reply, status, statusText, headers, bodyLength },
      { ...fetched, land: landStored },
      ports,
    );
  }

  const representation = representationOf(reply.headers, range.complete);
  const entry = toEntry(whole, plan.rules, noBytesOf(range.complete));
  const objection = objectionToSlicing(received, { demand: fetched.demand, rules: plan.rules }, entry.terms);
  const selectors = selectorValues(reply.headers, demand, plan.rules);
  const at = placeOf(plan.key, selectors ?? {});
  const aSlice = toEntry(received, plan.rules, { ...range, length: sliceBytes });
  const isTaken = wouldTake(keyOf({ at, sliceBytes }, index), aSlice, ports);
  if (!representation || objection || !selectors || !isTaken) {
    // An objection to this client's request says nothing about the file, so it is not remembered for others.
    const isOfTheFile = !objection || isOfThePage(objection);
    const landing: Land = () => land({ kind: isOfTheFile ? "not-shared" : "failed" });
    return answerFromSlice(reply, range, { fetched: { ...fetched, land: landing }, slicing }, ports);
  }
  const file: SlicedFile = { demand, rules: plan.rules, sliceBytes, representation, at };
  const taken = await takeSlice(reply, { file, index, answer }, ports);
  if (typeof taken === "string") {
    land({ kind: "failed" });
    return undefined;
  }
  const keeping = { key: plan.key, rules: plan.rules, entry, selectors, asOf };
  if (!(await wholeIsThere(keeping, ports))) await keep(keeping, null, ports);
  land({ kind: "stored" });
  const cache = { kind: "forward", fwd, fwdStatus: 206, stored: true } as const;
  const known = { index, bytes: taken.bytes };
  const answered = await answerFrom(entry, at, { slicing, cache, known }, ports);
  return answered === "changed" ? undefined : { ...answered, sending: answer.sending };
}

/** The whole may have been stored in the meantime. A manifest, which has no bytes, must not replace it. */
async function wholeIsThere(keeping: Keeping, ports: Ports): Promise<boolean> {
  const there = await storedNow(keeping, ports);
  letGo(there?.body ?? null, ports);
  return there?.entry.status === 200 && there.entry.part === null;
}

/** No slice of the file may be stored. The received slice answers a range inside it; otherwise the whole is requested. */
function answerFromSlice(
  reply: Reply,
  part: Part,
  { fetched, slicing }: { fetched: Fetched; slicing: Slicing },
  ports: Ports,
): Answer | undefined {
  const stretch = stretchWithin(part, slicing.demand.asked);
  if (!stretch) {
    letGo(reply.body, ports);
    fetched.land({ kind: "not-shared" });
    return undefined;
  }
  const answer = passOn(reply, fetched, ports);
  const { result } = answer;
  return result.ok ? { ...answer, result: ok(cutFromSlice(result.value, stretch, part.complete)) } : answer;
}

/** Remembered, so that the next requests ask for the whole at once. */
function notInSlices({ land }: Fetched, reply: Reply, ports: Ports): undefined {
  letGo(reply.body, ports);
  land({ kind: "not-shared" });
}
