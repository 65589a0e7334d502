// What of a representation does a 206 hold, and what becomes of it beside what is stored under its key? A part never
// makes less of what is there: it is joined with it, or takes the place of what is worth less, or is not kept.
import { headersOf, type Part, type ResponseEntry } from "../entry.ts";
import { sameRepresentation } from "./freshen.ts";
import { mayStandIn } from "./judge.ts";
import { parseContentRange } from "./ranges.ts";
import { fieldOf } from "./validators.ts";

/** Why a part cannot be kept, whatever is stored. */
export type PartRefusal = "part-of-unknown-length" | "part-length-differs";

/**
 * What the fields of a 206 say that it holds. A multipart body has its places inside (RFC 9110 §15.3.7.2): a
 * Content-Range beside it is not its own. Where Content-Length and Content-Range disagree, neither can be believed.
 */
export function readPart(headers: Headers): Part | PartRefusal {
  const range = parseContentRange(headers.get("content-range"));
  const isMultipart = /^\s*multipart\/byteranges\b/i.test(headers.get("content-type") ?? "");
  if (!range || isMultipart) return "part-of-unknown-length";
  const length = range.last - range.first + 1;
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) !== length) return "part-length-differs";
  return { first: range.first, length, complete: range.complete };
}

/** Null where it cannot be kept. */
export function partOf(headers: Headers): Part | null {
  const part = readPart(headers);
  return typeof part === "string" ? null : part;
}

/** The stretch that both cover together; undefined where there is a gap between them. */
export function unionOf(a: Part, b: Part): Part | undefined {
  if (a.complete !== b.complete) return undefined;
  const first = Math.min(a.first, b.first);
  const end = Math.max(endOf(a), endOf(b));
  const hasGap = Math.max(a.first, b.first) > Math.min(endOf(a), endOf(b));
  return hasGap ? undefined : { first, length: end - first, complete: a.complete };
}

/** Not one byte of a file is stored there: it stands for the file's slices (slices.ts). */
export const isManifest = ({ status, part }: ResponseEntry): boolean => status === 200 && part?.length === 0;

export interface Arrival {
  readonly now: number;
  /** When the origin was asked for the part: what has come since is newer. */
  readonly requestedAt: number;
  /** Whether the route keeps files in slices. */
  readonly sliced: boolean;
}

export type Fate = "joins" | "takes-the-place" | "gives-way";

/** What becomes of a received part beside what is stored under its key. */
export function fateOfPart(received: ResponseEntry, there: ResponseEntry, arrival: Arrival): Fate {
  if (!received.part || !isPart(there)) {
    return isOfPages(there.status) || isNewer(there, arrival) ? "gives-way" : "takes-the-place";
  }
  if (isManifest(there)) return arrival.sliced ? "gives-way" : "takes-the-place";
  if (isJoinable(received, there)) return "joins";
  if (areDifferent(received, there)) return isNewer(there, arrival) ? "gives-way" : "takes-the-place";
  // With a gap between them, or without a strong validator, only one can be kept: the longer, while it is fresh or
  // promised to stand in.
  return mayStandIn(there, "error", arrival.now) && there.part.length > received.part.length
    ? "gives-way"
    : "takes-the-place";
}

function isJoinable({ part, headers }: ResponseEntry, there: ResponseEntry): boolean {
  if (!part || !there.part || !unionOf(part, there.part)) return false;
  return sameRepresentation(there, headersOf(headers));
}

/** Known to be of two versions, as told apart from not known to be of one. */
function areDifferent(a: ResponseEntry, b: ResponseEntry): boolean {
  if (a.part?.complete !== b.part?.complete) return true;
  return ["etag", "last-modified"].some((name) => {
    const [one, other] = [fieldOf(a.headers, name), fieldOf(b.headers, name)];
    return one !== null && other !== null && one !== other;
  });
}

const isPart = (entry: ResponseEntry): entry is ResponseEntry & { part: Part } => entry.part !== null;
const isOfPages = (status: number): boolean => status >= 200 && status < 300;
const isNewer = ({ receivedAt }: ResponseEntry, { requestedAt }: Arrival): boolean =>
  receivedAt > requestedAt;
const endOf = ({ first, length }: Part): number => first + length;
