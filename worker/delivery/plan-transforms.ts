// What is done to the body of a response on its way to the client, and what do its fields say then? Every change to a body is planned
// here, so that lengths, validators and ranges follow by the same rules.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { parseEntityTags, weaklyMatches } from "../caching/law/validators.ts";
import type { Asked, Reply, Transform } from "../message.ts";
import type { Outcome } from "../outcome.ts";
import { type BodyEdits, editedTag, editsFor, isEdited } from "./edits/body-edits.ts";

/** The fields are the final ones, but for what follows from the transforms. */
export function planTransforms({ reply, asked, matched, refusal }: Outcome): void {
  const edits = matched?.route.edits;
  if (!edits || !asked || refusal || reply.webSocket) return;
  const edit = isRepresentation(reply) ? editsFor(edits, reply.headers, asked) : undefined;
  if (edit) {
    const etag = reply.headers.get("etag");
    const marked = etag === null ? "" : editedTag(etag, edits);
    follow(reply, edit);
    if (marked === "") reply.headers.delete("etag");
    else reply.headers.set("etag", marked);
    // It tells of the origin's bytes alone: an edit that changes would leave it as it is.
    reply.headers.delete("last-modified");
  }
  if (isCurrentAtClient(asked, reply)) becomeNotModified(reply);
}

/** An answer with content that the client takes for the resource. A part cannot be edited by itself. */
const isRepresentation = ({ status }: Reply): boolean => status !== 206 && status !== 204 && status !== 304;

/** RFC 9110 §8.8.1, §8.6 and §14.3, RFC 9530 §2 and §3: what is said of bytes that have changed is no longer true. */
function follow(reply: Reply, transform: Transform): void {
  for (const name of OF_THE_BYTES) reply.headers.delete(name);
  reply.transforms = [...(reply.transforms ?? []), transform];
}

const OF_THE_BYTES = [
  "content-length",
  "accept-ranges",
  "content-md5",
  "content-digest",
  "repr-digest",
  "digest",
  "etag",
];

/**
 * The condition of a request for an edited body is not passed on (see `forTransforms`), because it is about what the client sees: RFC 9110
 * §13.1.2 and §13.1.3.
 */
function isCurrentAtClient({ method, headers }: Asked, { status, headers: fields }: Reply): boolean {
  if ((method !== "GET" && method !== "HEAD") || status !== 200) return false;
  const ifNoneMatch = headers.get("if-none-match");
  const etag = fields.get("etag");
  if (ifNoneMatch !== null)
    return (
      ifNoneMatch.trim() === "*" ||
      (etag !== null && parseEntityTags(ifNoneMatch).some((tag) => weaklyMatches(tag, etag)))
    );
  const since = headers.get("if-modified-since");
  const modified = fields.get("last-modified");
  return since !== null && modified !== null && since === modified;
}

function becomeNotModified(reply: Reply): void {
  const { body } = reply;
  if (body instanceof ReadableStream) void cancelQuietly(body);
  reply.status = 304;
  reply.statusText = "";
  reply.body = null;
  delete reply.bodyLength;
  delete reply.transforms;
  delete reply.original;
  for (const name of OF_THE_CONTENT) reply.headers.delete(name);
}

const OF_THE_CONTENT = [
  "content-length",
  "content-type",
  "content-range",
  "content-encoding",
  "content-language",
];

/**
 * What the store and the origins are asked for a response whose body will be edited: plain text, and the whole of it if that is given. The
 * client's own conditions and codings are met at delivery.
 */
export function forTransforms(asked: Asked): Asked {
  const headers = new Headers(asked.headers);
  headers.set("accept-encoding", "identity");
  if (asked.method === "GET" || asked.method === "HEAD") {
    headers.delete("if-none-match");
    headers.delete("if-modified-since");
  }
  return { ...asked, headers };
}

/** Whether this is a part of something that is edited. In several parts there is none of the fields that would tell. */
export function isPartToEdit({ status, headers }: Reply, edits: BodyEdits | null): boolean {
  if (status !== 206 || !edits) return false;
  const isSeveral = /^\s*multipart\/byteranges\b/i.test(headers.get("content-type") ?? "");
  return isSeveral || isEdited(edits, headers);
}

/** The same without Range: what came is a part of something that has to be edited as a whole. */
export function forTheWhole(asked: Asked): Asked {
  const headers = new Headers(asked.headers);
  headers.delete("range");
  headers.delete("if-range");
  return { ...asked, headers };
}
