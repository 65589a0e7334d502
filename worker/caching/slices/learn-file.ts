// Learns what a file is from the slice that arrived first: its response describes the whole file. The cache key gets a manifest,
// which has none of the file's bytes and is fresh or stale, validated and invalidated like any other entry.
import { ok } from "../../../shared/result.ts";
import { letGo } from "../../bodies/let-go.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import type { Answer } from "../demand.ts";
import type { Part } from "../entry.ts";
import type { Land } from "../flights.ts";
import type { Fetched } from "../flow/form.ts";
import { storedNow } from "../flow/look-again.ts";
import { passOn } from "../flow/pass-on.ts";
import { partOf } from "../law/parts.ts";
import { selectorValues } from "../law/selectors.ts";
import { cutFromSlice, stretchWithin } from "../law/sliced-reply.ts";
import { asWhole, isSlice, noBytesOf, objectionToSlicing, representationOf } from "../law/slices.ts";
import { isOfThePage } from "../law/supersede.ts";
import { toEntry } from "../law/to-entry.ts";
import { doubtIn, type Keeping, keep, placeOf, wouldTake } from "../stockroom.ts";
import { answerInSlices } from "./answer-slices.ts";
import { keyOf, type SlicedFile, takeSlice } from "./slice-source.ts";

export interface Learning {
  readonly fetched: Fetched;
  readonly sliceBytes: number;
  /** The slice that the origin was asked for. */
  readonly index: number;
}

/**
 * Answers a 206, and stores the slice and a manifest. A file that fits into one slice is stored like any other response.
 * Undefined if the whole must be requested.
 */
export async function learnFrom(
  reply: Reply,
  { fetched, sliceBytes, index }: Learning,
  ports: Ports,
): Promise<Answer | undefined> {
  const { demand, plan, found, answer, land, asOf, fwd } = fetched;
  const { rules } = plan;
  const range = partOf(reply.headers);
  if (!range || !isSlice(range, index, sliceBytes)) return notInSlices(fetched, reply, ports);
  const { requestedAt, receivedAt, revision } = answer;
  const received = { ...reply, requestedAt, receivedAt, revision };
  const whole = asWhole(received, range.complete);
  if (range.length === range.complete) {
    const { status, statusText, headers } = whole;
    const bodyLength = range.complete; // lets the client detect a truncated body
    return passOn({ ...reply, status, statusText, headers, bodyLength }, fetched, ports);
  }

  const representation = representationOf(reply.headers, range.complete);
  const manifest = toEntry(whole, rules, demand.asked, noBytesOf(range.complete));
  const objection = objectionToSlicing(received, { demand, rules }, manifest.terms);
  const selectors = selectorValues(reply.headers, demand, rules);
  const at = placeOf(plan.key, selectors ?? {});
  const aSlice = toEntry(received, rules, demand.asked, { ...range, length: sliceBytes });
  const isTaken = wouldTake(keyOf({ at, sliceBytes }, index), aSlice, ports);
  if (!representation || objection || !selectors || !isTaken) {
    // An objection to this client's request says nothing about the file, so it is not remembered for others.
    const isOfTheFile = !objection || isOfThePage(objection);
    const landing: Land = () => land({ kind: isOfTheFile ? "not-shared" : "failed" });
    return answerFromSlice(reply, range, { ...fetched, land: landing }, ports);
  }
  const { tags } = manifest.resource;
  const file: SlicedFile = { demand, rules, sliceBytes, representation, at, tags };
  const taken = await takeSlice(reply, { file, index, answer }, ports);
  if (typeof taken === "string") {
    land({ kind: "failed" });
    return undefined;
  }
  const { host } = demand.asked;
  const keeping = { key: plan.key, rules, host, entry: manifest, selectors, asOf };
  if (!(await wholeIsThere(keeping, ports))) await keep(keeping, null, ports);
  land({ kind: "stored" });
  const cache = { kind: "forward", fwd, fwdStatus: 206, stored: true, ...doubtIn(found) } as const;
  const known = { index, bytes: taken.bytes };
  const answered = await answerInSlices(
    { file, manifest, known },
    { demand, plan, cache, mayAsk: true },
    ports,
  );
  return typeof answered === "string" ? undefined : { sending: answer.sending, ...answered };
}

/** The whole may have been stored in the meantime. A manifest, which has no bytes, must not replace it. */
async function wholeIsThere(keeping: Keeping, ports: Ports): Promise<boolean> {
  const there = await storedNow(keeping, ports);
  letGo(there?.body ?? null, ports);
  return there?.entry.status === 200 && there.entry.part === null;
}

/** No slice of the file may be stored. The received slice answers a range inside it; otherwise the whole is requested. */
function answerFromSlice(reply: Reply, part: Part, fetched: Fetched, ports: Ports): Answer | undefined {
  const stretch = stretchWithin(part, fetched.demand.asked);
  if (!stretch) return notInSlices(fetched, reply, ports);
  const answer = passOn(reply, fetched, ports);
  const { result } = answer;
  return result.ok ? { ...answer, result: ok(cutFromSlice(result.value, stretch, part.complete)) } : answer;
}

/** Remembered, so that the next requests ask for the whole at once. */
export function notInSlices({ land }: Fetched, reply: Reply, ports: Ports): undefined {
  letGo(reply.body, ports);
  land({ kind: "not-shared" });
}
