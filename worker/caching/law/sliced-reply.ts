// The status and fields of the reply for a file in slices, and the range of the file that is its body. The bytes come later.
import { cutStretch } from "../../bodies/cut.ts";
import { type Asked, ownReply, type Reply } from "../../message.ts";
import type { Part, ResponseEntry } from "../entry.ts";
import { formatContentRange, parseRange, type Stretch, selectRanges, wholeOf } from "./ranges.ts";
import { type Answering, fieldsOf } from "./stored-reply.ts";
import { ifRangeHolds } from "./validators.ts";

/** The position of the requested range in this slice; undefined if the slice does not hold all of it. */
export function stretchWithin(slice: Part, asked: Asked): Stretch | undefined {
  const specs = parseRange(asked.headers.get("range"));
  if (!specs || CONDITIONS.some((name) => asked.headers.has(name))) return undefined;
  const selection = selectRanges(specs, slice);
  const [stretch, ...others] = selection.kind === "stretches" ? selection.stretches : [];
  return others.length === 0 ? stretch : undefined;
}

/** That range only, cut from a reply with the whole slice. */
export function cutFromSlice(reply: Reply, stretch: Stretch, complete: number): Reply {
  const headers = new Headers(reply.headers);
  headers.set("content-range", formatContentRange(stretch, complete));
  headers.set("content-length", String(stretch.length));
  return { ...reply, headers, body: cutStretch(reply.body, stretch), bodyLength: stretch.length };
}

/** The origin did not receive these conditions, so their result is unknown. */
const CONDITIONS = ["if-range", "if-none-match", "if-modified-since"];

export interface SlicedReply {
  /** Its body is filled in later. */
  readonly reply: Reply;
  readonly stretch: Stretch;
}

/** A 304 or 416 has already been ruled out for this manifest (stored-reply.ts). */
export function slicedReply(manifest: ResponseEntry, complete: number, answering: Answering): SlicedReply {
  const { asked, now } = answering;
  const headers = fieldsOf({ entry: manifest }, now);
  const specs = asked.method === "GET" ? parseRange(asked.headers.get("range")) : undefined;
  const selection =
    specs && ifRangeHolds(asked.headers, manifest, now) ? selectRanges(specs, wholeOf(complete)) : undefined;
  const part = selection?.kind === "stretches" ? selection.stretches[0] : undefined;
  const stretch = part ?? { offset: 0, first: 0, length: complete };
  if (part) headers.set("content-range", formatContentRange(part, complete));
  headers.set("content-length", String(stretch.length));
  const reply = { ...ownReply(part ? 206 : 200, headers, null), bodyLength: stretch.length };
  return { reply, stretch };
}
