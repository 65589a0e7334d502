// Which bytes does a 206 hold, and what happens to it if its key already has an entry? A part never makes that entry worse:
// it is combined with the entry, replaces one of less value, or is not stored.
import { headersOf, type Part, type ResponseEntry } from "../entry.ts";
import { sameRepresentation } from "./freshen.ts";
import { mayStandIn } from "./judge.ts";
import { parseContentRange } from "./ranges.ts";
import { fieldOf } from "./validators.ts";

/** Why a part cannot be stored, whatever the key holds. */
export type PartRefusal = "part-of-unknown-length" | "part-length-differs";

/**
 * The range that the fields of a 206 declare. A multipart body carries its ranges inside (RFC 9110 §15.3.7.2), so a
 * Content-Range beside it does not describe it. If Content-Length and Content-Range disagree, neither can be trusted.
 */
export function readPart(headers: Headers): Part | PartRefusal {
  const range = parseContentRange(headers.get("content-range"));
  const isMultipart = headers.get("content-type")?.toLowerCase().startsWith("multipart/byteranges");
  if (!range || isMultipart) return "part-of-unknown-length";
  const length = range.last - range.first + 1;
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) !== length) return "part-length-differs";
  return { first: range.first, length, complete: range.complete };
}

/** Null if the part cannot be stored. */
export function partOf(headers: Headers): Part | null {
  const part = readPart(headers);
  return typeof part === "string" ? null : part;
}

/** The range that both parts cover together; undefined if there is a gap between them. */
export function unionOf(a: Part, b: Part): Part | undefined {
  if (a.complete !== b.complete) return undefined;
  const first = Math.min(a.first, b.first);
  const end = Math.max(endOf(a), endOf(b));
  const hasGap = Math.max(a.first, b.first) > Math.min(endOf(a), endOf(b));
  return hasGap ? undefined : { first, length: end - first, complete: a.complete };
}

/** The entry holds none of the file's bytes. It represents the file's slices (slices.ts). */
export const isManifest = ({ part }: ResponseEntry): boolean => part?.length === 0;

interface PartEntry extends ResponseEntry {
  readonly part: Part;
}

export interface Arrival {
  readonly now: number;
  /** When the part was requested from the origin. Anything received after that is newer. */
  readonly requestedAt: number;
  /** Whether the route stores files in slices. */
  readonly sliced: boolean;
}

export type Fate = "joins" | "takes-the-place" | "gives-way";

/** What happens to a received part if its key already has an entry. */
export function fateOfPart(received: ResponseEntry, there: ResponseEntry, arrival: Arrival): Fate {
  if (!isPart(received) || !isPart(there)) {
    return isOfPages(there.status) || isNewer(there, arrival) ? "gives-way" : "takes-the-place";
  }
  if (isManifest(there)) return arrival.sliced ? "gives-way" : "takes-the-place";
  if (isJoinable(received, there)) return "joins";
  if (areDifferent(received, there)) return isNewer(there, arrival) ? "gives-way" : "takes-the-place";
  // With a gap between the parts, or without a strong validator, only one can be kept. The longer stored part stays while
  // it is fresh or may be served stale on an error.
  return mayStandIn(there, "error", arrival.now) && there.part.length > received.part.length
    ? "gives-way"
    : "takes-the-place";
}

function isJoinable(received: PartEntry, there: PartEntry): boolean {
  if (!unionOf(received.part, there.part)) return false;
  return sameRepresentation(there, headersOf(received.headers));
}

/** Whether the two are known to be of different versions. If not, they may still be: nothing may prove it either way. */
function areDifferent(a: PartEntry, b: PartEntry): boolean {
  if (a.part.complete !== b.part.complete) return true;
  return ["etag", "last-modified"].some((name) => {
    const [one, other] = [fieldOf(a.headers, name), fieldOf(b.headers, name)];
    return one !== null && other !== null && one !== other;
  });
}

const isPart = (entry: ResponseEntry): entry is PartEntry => entry.part !== null;
const isOfPages = (status: number): boolean => status < 300;
const isNewer = ({ receivedAt }: ResponseEntry, { requestedAt }: Arrival): boolean =>
  receivedAt > requestedAt;
const endOf = ({ first, length }: Part): number => first + length;
