// Provides the slices of one file in order, from the store or from the origin by Range and If-Range. law/slices.ts decides
// whether a received slice is the requested one, and of the requested version.
import { letGo } from "../../bodies/let-go.ts";
import { Patience } from "../../bodies/patience.ts";
import { keepForReplay } from "../../bodies/replay.ts";
import type { Ports } from "../../isolate.ts";
import type { Reply } from "../../message.ts";
import type { Demand } from "../demand.ts";
import { headersOf } from "../entry.ts";
import type { Land } from "../flights.ts";
import { askOrigin, type OriginAnswer } from "../flow/ask-origin.ts";
import { board, landingOf } from "../flow/boarding.ts";
import { sliceKey } from "../law/key.ts";
import { withRange } from "../law/origin-ask.ts";
import { partOf } from "../law/parts.ts";
import type { Stretch } from "../law/ranges.ts";
import type { CacheRules } from "../law/rules.ts";
import {
  isSame,
  isSlice,
  objectionToSlicing,
  pieceOf,
  type Representation,
  representationOf,
  slicesFor,
  spanOf,
} from "../law/slices.ts";
import type { StorageObjection } from "../law/storable.ts";
import { toEntry } from "../law/to-entry.ts";
import { forget, heldAt, keepAt, lookingAt } from "../stockroom.ts";

/** A file in slices, for one request. */
export interface SlicedFile {
  readonly demand: Demand;
  readonly rules: CacheRules;
  readonly sliceBytes: number;
  readonly representation: Representation;
  /** The key of its manifest. */
  readonly at: string;
  /** Of its manifest. An origin may leave them out where it answers If-Range, as it may other fields. */
  readonly tags: readonly string[];
}

export type Slice =
  | {
      readonly kind: "bytes";
      readonly bytes: Uint8Array;
      /** The origin's answer, if the slice was just requested. */
      readonly answer?: OriginAnswer;
      /** Undefined if the slice is being stored. */
      readonly notKept?: StorageObjection | undefined;
    }
  /** The origin has another version of the file, or no longer has it. */
  | { readonly kind: "changed" }
  /** The origin fails. */
  | { readonly kind: "failed"; readonly answer: OriginAnswer };

/** Makes one request to the origin per slice, however many requests need it at the time. */
export async function sliceOf(file: SlicedFile, index: number, ports: Ports): Promise<Slice> {
  let inVainFor: number | undefined;
  for (let wait = 0; ; wait++) {
    const held = await heldSlice(file, index, ports);
    if (held) return { kind: "bytes", bytes: held };
    const boarding = board(keyOf(file, index), { inVainFor }, ports);
    if (boarding.kind === "lead") return fetchFor(boarding.land, { file, index }, ports);
    if (boarding.kind !== "wait" || wait === WAITS_AT_MOST) return fetchSlice(file, index, ports);
    const landing = await landingOf(boarding.landed, ports);
    inVainFor = landing.kind === "late" ? boarding.leader : undefined;
  }
}

/** After this many leaders that failed or took too long, a request asks the origin itself. */
const WAITS_AT_MOST = 2;

function fetchFor(
  land: Land,
  { file, index }: { file: SlicedFile; index: number },
  ports: Ports,
): Promise<Slice> {
  const work = fetchSlice(file, index, ports).finally(() => land({ kind: "stored" }));
  ports.background(work); // other requests may wait for it after this client has disconnected
  return work;
}

/**
 * The range as a stream, fetched one slice ahead of the reader. If a slice is not available or is of another version, the
 * transfer breaks, so that the client can tell.
 */
export function streamOf(
  file: SlicedFile,
  { stretch, first }: { stretch: Stretch; first: Uint8Array },
  ports: Ports,
): ReadableStream<Uint8Array> {
  const { first: firstIndex, last } = slicesFor(stretch, file.sliceBytes);
  let index = firstIndex;
  let coming: Promise<Uint8Array> = Promise.resolve(first);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await coming;
        const piece = pieceOf(bytes, index, stretch, file.sliceBytes);
        if (index < last) {
          coming = bytesOf(file, index + 1, ports);
          coming.catch(() => {}); // the next read reports the error
        }
        controller.enqueue(piece);
        if (index++ === last) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function bytesOf(file: SlicedFile, index: number, ports: Ports): Promise<Uint8Array> {
  const slice = await sliceOf(file, index, ports);
  if (slice.kind === "bytes") return slice.bytes;
  if (slice.kind === "failed") {
    if (slice.answer.result.ok) letGo(slice.answer.result.value.body, ports);
    throw new Error(`slice ${index} cannot be had`);
  }
  await forget(file.at, ports);
  throw new Error("the file has changed since its first slice");
}

/** Undefined if the slice is not stored, or is of another version. */
export async function heldSlice(
  file: SlicedFile,
  index: number,
  ports: Ports,
): Promise<Uint8Array | undefined> {
  const { host } = file.demand.asked;
  const stored = await heldAt(lookingAt(keyOf(file, index), { rules: file.rules, host }), ports);
  if (stored?.entry.kind !== "response") return undefined;
  const { entry, body } = stored;
  const { part } = entry;
  const validated = part && representationOf(headersOf(entry.headers), part.complete);
  if (
    !part ||
    !isSlice(part, index, file.sliceBytes) ||
    !isSame(validated ?? undefined, file.representation)
  ) {
    letGo(body, ports);
    return undefined;
  }
  const read = body instanceof ReadableStream ? await readPatiently(body, part.length, ports) : undefined;
  const bytes = read?.ok ? read.value.body : body;
  if (bytes instanceof Uint8Array && bytes.length === part.length) return bytes;
  letGo(bytes, ports);
  return undefined;
}

async function fetchSlice(file: SlicedFile, index: number, ports: Ports, triesLeft = 1): Promise<Slice> {
  const { demand, sliceBytes, representation } = file;
  const span = spanOf(index, sliceBytes, representation.complete);
  const ask = withRange(demand.ask(), span, [["if-range", representation.validator]]);
  const answer = await askOrigin(demand, ask, ports);
  if (!answer.result.ok) return { kind: "failed", answer };
  const reply = answer.result.value;
  if (!TELLS_OF_THE_FILE.has(reply.status)) return { kind: "failed", answer };
  const taken = await takeSlice(reply, { file, index, answer }, ports);
  if (taken === "another") return { kind: "changed" };
  if (taken !== "broken") return { kind: "bytes", ...taken, answer };
  const mayTryAgain = triesLeft > 0 && !ports.subrequests?.areUsedUp;
  return mayTryAgain ? fetchSlice(file, index, ports, triesLeft - 1) : { kind: "failed", answer };
}

export const keyOf = ({ at, sliceBytes }: Pick<SlicedFile, "at" | "sliceBytes">, index: number): string =>
  sliceKey(at, { index, sliceBytes });

/** Any other answer is about this one request, which its client may have made so that it is rejected. */
const TELLS_OF_THE_FILE: ReadonlySet<number> = new Set([200, 206, 404, 410, 416]);

async function readPatiently(body: ReadableStream<Uint8Array>, length: number, ports: Ports) {
  const patience = new Patience(ports);
  try {
    return await keepForReplay(body, length, patience.read);
  } finally {
    await patience.end();
  }
}

interface Taking {
  readonly file: SlicedFile;
  readonly index: number;
  readonly answer: OriginAnswer;
}

export interface Taken {
  readonly bytes: Uint8Array;
  readonly notKept: StorageObjection | undefined;
}

/** Reads and stores the slice. `another`: it is not the requested slice, or not of the requested version. */
export async function takeSlice(
  reply: Reply,
  { file, index, answer }: Taking,
  ports: Ports,
): Promise<Taken | "another" | "broken"> {
  const { demand, rules, sliceBytes, representation } = file;
  const part = reply.status === 206 ? partOf(reply.headers) : null;
  if (
    !part ||
    !isSlice(part, index, sliceBytes) ||
    !isSame(representationOf(reply.headers, part.complete), representation)
  ) {
    letGo(reply.body, ports);
    return "another";
  }
  const read =
    reply.body instanceof ReadableStream ? await readPatiently(reply.body, part.length, ports) : undefined;
  const bytes = read?.ok ? read.value.body : null;
  if (!(bytes instanceof Uint8Array) || bytes.length !== part.length) {
    letGo(bytes, ports);
    return "broken";
  }
  const { requestedAt, receivedAt, revision } = answer;
  const received = { ...reply, requestedAt, receivedAt, revision };
  const entry = toEntry(received, rules, { ...demand.asked, tags: file.tags }, part);
  const notKept = objectionToSlicing(received, { demand, rules }, entry.terms);
  if (notKept === undefined) await keepAt(keyOf(file, index), entry, bytes, ports);
  return { bytes, notKept };
}
