// What is done to the body of a response on its way to the client, and what do its fields say then? Every change to a body is planned
// here, so that lengths, validators and ranges follow by the same rules.
import { cancelQuietly } from "../bodies/cancel-quietly.ts";
import { removeContentFields } from "../caching/law/content-fields.ts";
import { parseEntityTags, weaklyMatches } from "../caching/law/validators.ts";
import type { Asked, Reply, Transform } from "../message.ts";
import type { Outcome, Visit } from "../outcome.ts";
import type { Route } from "../site.ts";
import { addVary } from "./add-vary.ts";
import { type Compression, codingFor, isCompressible } from "./compression/compression.ts";
import { encodingOf, forbidsTransforms, isCoded, isHtml, mediaTypeOf, typeForParser } from "./content.ts";
import { CSP, CSP_REPORT_ONLY, fillPolicy } from "./csp.ts";
import { type BodyEdits, editedTag, editsFor, isEdited } from "./edits/body-edits.ts";
import type { Dressing } from "./security-headers.ts";

type Changing = Pick<Route, "edits" | "dressing">;

/** Whether the route may change the bodies of its responses. */
export const changesBodies = ({ edits, dressing }: Changing): boolean =>
  edits !== null || dressing.nonces !== null;

/** The fields are the final ones, but for what follows from the transforms. */
export function planTransforms(outcome: Outcome, dressing: Dressing, visit: Visit): void {
  const { reply, asked, matched, refusal } = outcome;
  if (!asked || reply.webSocket) return;
  const edits = refusal ? null : matched?.route.edits;
  if (edits) planEdits(reply, edits, asked);
  if (dressing.nonces !== null) planNonce(reply, dressing.nonces, visit);
  const compression = matched?.route.compression;
  if (compression && visit.compresses) planCompression(reply, compression, asked);
}

/** Every answer that might have been compressed says so in Vary, also the one that is not (RFC 9110 §12.5.5). */
function planCompression(reply: Reply, compression: Compression, { method, headers: asks }: Asked): void {
  const { headers, status } = reply;
  if (forbidsTransforms(headers) || isCoded(headers)) return;
  if (status === 304 || status === 206) {
    addVary(headers, "Accept-Encoding");
    if (status === 304) matchTagOfClient(headers, asks);
    return;
  }
  if (!isRepresentation(reply) || !isCompressible(compression, mediaTypeOf(headers))) return;
  addVary(headers, "Accept-Encoding");
  const coding = codingFor(compression, asks);
  // The answer to HEAD has the fields of that to GET (RFC 9110 §9.3.2), and no body that would tell.
  const isEmpty = reply.body === null && method !== "HEAD";
  if (coding === undefined || isEmpty || (lengthOf(reply) ?? Infinity) < compression.minBytes) return;
  follow(reply, { name: "compress", coding });
  headers.set("content-encoding", coding);
}

/** RFC 9110 §15.4.5: a 304 has the tag of the 200, which is weak if that was compressed, as the client's own tag tells. */
function matchTagOfClient(headers: Headers, asks: Headers): void {
  const etag = headers.get("etag");
  if (!etag?.startsWith('"')) return;
  const known = parseEntityTags(asks.get("if-none-match") ?? "");
  if (known.includes(`W/${etag}`) && !known.includes(etag)) headers.set("etag", `W/${etag}`);
}

/** Of the body before it is changed; undefined if that is not known, or is of no use because another transform comes first. */
function lengthOf({ body, bodyLength, headers, transforms }: Reply): number | undefined {
  if (transforms) return undefined;
  if (body !== null && !(body instanceof ReadableStream)) return body.length;
  const declared = headers.get("content-length");
  return declared === null ? bodyLength : Number(declared);
}

function planEdits(reply: Reply, edits: BodyEdits, asked: Asked): void {
  const edit = isRepresentation(reply) ? editsFor(edits, reply.headers, asked) : undefined;
  if (edit) {
    const etag = reply.headers.get("etag");
    follow(reply, edit);
    if (etag !== null) reply.headers.set("etag", editedTag(etag, edits));
    // It tells of the origin's bytes alone: an edit that changes would leave it as it is.
    reply.headers.delete("last-modified");
  }
  if (isCurrentAtClient(asked, reply)) becomeNotModified(reply);
}

/**
 * A browser updates the fields of the page that it has by those of a 304 (RFC 9111 §4.3.4), and would then hold its old nonces against a
 * new policy. So a 304 has none, and the one that came with the page stays in force.
 */
function planNonce(reply: Reply, which: "all" | "marked", visit: Visit): void {
  const { headers, fixed = [] } = reply;
  if (fixed.some(([name]) => name === CSP)) return; // a page of the edge, with a policy of its own
  if (reply.status === 304) {
    headers.delete(CSP);
    headers.delete(CSP_REPORT_ONLY);
    return;
  }
  const nonce = isRepresentation(reply) && takesNonce(headers) ? visit.newNonce?.() : undefined;
  for (const name of [CSP, CSP_REPORT_ONLY]) {
    const policy = headers.get(name);
    if (policy !== null) headers.set(name, fillPolicy(policy, nonce));
  }
  if (nonce === undefined) return;
  const contentType = typeForParser(encodingOf(headers) ?? "utf-8");
  follow(reply, { name: "nonce", nonce, onlyMarked: which === "marked", contentType });
}

const takesNonce = (headers: Headers): boolean =>
  isHtml(mediaTypeOf(headers)) && encodingOf(headers) !== undefined && !isCoded(headers);

/** An answer with content that the client takes for the resource. A part cannot be changed by itself. */
const isRepresentation = ({ status }: Reply): boolean => status !== 206 && status !== 204 && status !== 304;

/**
 * RFC 9110 §8.8.1, §8.6 and §14.3, RFC 9530 §2 and §3: what is said of bytes that have changed is no longer true. What the entity tag says
 * is still true of what the page means.
 */
function follow(reply: Reply, transform: Transform): void {
  for (const name of OF_THE_BYTES) reply.headers.delete(name);
  const etag = reply.headers.get("etag");
  if (etag?.startsWith('"')) reply.headers.set("etag", `W/${etag}`);
  reply.transforms = [...(reply.transforms ?? []), transform];
}

const OF_THE_BYTES = [
  "content-length",
  "accept-ranges",
  "content-md5",
  "content-digest",
  "repr-digest",
  "digest",
];

/**
 * The condition of a request for an edited body is not passed on (see `forTransforms`), because it is about what the client sees: RFC 9110
 * §13.1.2 and §13.1.3.
 */
function isCurrentAtClient({ method, headers }: Asked, { status, headers: fields }: Reply): boolean {
  if ((method !== "GET" && method !== "HEAD") || status !== 200) return false;
  const ifNoneMatch = headers.get("if-none-match");
  const etag = fields.get("etag");
  if (ifNoneMatch !== null) {
    if (ifNoneMatch.trim() === "*") return true;
    return etag !== null && parseEntityTags(ifNoneMatch).some((tag) => weaklyMatches(tag, etag));
  }
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
  removeContentFields(reply.headers);
}

/** Whether this is a part of something that is changed. In several parts there is none of the fields that would tell. */
export function isPartToChange({ status, headers }: Reply, { edits, dressing }: Changing): boolean {
  if (status !== 206) return false;
  if (/^\s*multipart\/byteranges\b/i.test(headers.get("content-type") ?? "")) return true;
  return (edits !== null && isEdited(edits, headers)) || (dressing.nonces !== null && takesNonce(headers));
}

/**
 * What the store and the origins are asked for a response whose body may be changed: plain text. If it is edited, the conditions of the
 * client are met at delivery.
 */
export function forTransforms(asked: Asked, { edits }: Changing): Asked {
  const headers = new Headers(asked.headers);
  headers.set("accept-encoding", "identity");
  if (edits && (asked.method === "GET" || asked.method === "HEAD")) {
    headers.delete("if-none-match");
    headers.delete("if-modified-since");
  }
  return { ...asked, headers };
}

/** The same without Range: what came is a part of something that has to be changed as a whole. */
export function forTheWhole(asked: Asked): Asked {
  const headers = new Headers(asked.headers);
  headers.delete("range");
  headers.delete("if-range");
  return { ...asked, headers };
}

/**
 * A range with If-Range is of the bytes that the client has a part of. Those may be compressed, which a date does not tell, and a weak tag
 * never matches (RFC 9110 §13.1.5). So only a strong tag, which no compressed body has, gives a part.
 */
export function withoutUnsafeRange(asked: Asked): Asked {
  const ifRange = asked.headers.get("if-range");
  return ifRange === null || ifRange.trimStart().startsWith('"') ? asked : forTheWhole(asked);
}
