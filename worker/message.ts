// The messages that pass through the edge, as plain data: the request as the edge reads it, the request as an origin
// sees it, and the reply.

import type { PathOddity } from "../shared/site/schema.ts";
import type { CompressTransform } from "./delivery/compression/compress-transform.ts";
import type { EditTransform } from "./delivery/edits/edit-transform.ts";
import type { NonceTransform } from "./delivery/nonce-transform.ts";
import type { Dressing } from "./delivery/security-headers.ts";

export type Body = ReadableStream<Uint8Array> | Uint8Array | string | null;

/** Who is at the other end of the connection. */
export interface Peer {
  readonly ip: string;
  /** ISO 3166-1 alpha-2, in upper case; undefined if the platform does not know. */
  readonly country: string | undefined;
  /** ISO 3166-2: `DE-BY`. Undefined if the platform does not know, or if it is not the peer. */
  readonly region?: string | undefined;
  /** The number of the network (autonomous system) that the address belongs to; undefined if the platform does not know. */
  readonly asn?: number | undefined;
  /** The version of HTTP that it speaks: `HTTP/2`. Undefined if the platform does not know, or if it is not the peer. */
  readonly protocol?: string | undefined;
}

/** The request as the edge reads it: host and path in one canonical form, however the client spelled them. */
export interface Asked {
  readonly method: string;
  readonly scheme: "http" | "https";
  /** Lower case, without the port and without a trailing dot. */
  readonly host: string;
  /** `host`, with the port if it is not the default of the scheme. Used for links back to the edge. */
  readonly authority: string;
  /** Canonical; see routing/canonical-target.ts. Empty in a request that is refused because of what it asks for. */
  readonly path: string;
  /**
   * As sent, except that characters no URL may hold are encoded. Without the question mark; empty if there is no query.
   */
  readonly query: string;
  /**
   * Whether the URL ends in a question mark without a query (`/a?`). To some origins, and by RFC 3986 §6.2.3 to all, it
   * is a URL different from `/a`.
   */
  readonly loneMark: boolean;
  /** As they arrived: untrusted input. */
  readonly headers: Headers;
  /** It has a body, of which neither Content-Length nor Transfer-Encoding tells: HTTP/2 needs neither. */
  readonly hasUntoldBody?: true;
  /** The Cookie field that the client sent, if the cookies of sticky sessions have been taken out of `headers`. */
  readonly pins?: string;
  /** What the client has proven of itself, if that decides which route takes the request. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The fields by which the edge tells the origin who the client is, in lower case. Their values are its own. */
  readonly identityFields?: readonly string[];
  /** The features of the path that origins interpret differently. */
  readonly oddities: readonly PathOddity[];
  readonly peer: Peer;
  /** The client: the peer, or the address that a trusted proxy names. */
  readonly client: Peer;
  /** The addresses from the client to the peer, as far as they are certain; null if the peer is the client. */
  readonly hops: readonly string[] | null;
  /**
   * Whether the peer is a proxy that the site trusts and that writes X-Forwarded-*: the values of these fields are then
   * its own.
   */
  readonly throughTrustedProxy: boolean;
  /** The request id that a trusted proxy assigned. */
  readonly requestId: string | undefined;
}

/** A field that names URLs at the origin: its text, split where the URL of the chosen origin belongs. */
export interface NamedUrl {
  readonly field: string;
  /** As the client sent it. If the site has edited the field since, the edited value stands. */
  readonly sent: string;
  readonly pieces: readonly string[];
}

/** The request as the origin should see it, before an origin is chosen. */
export interface OriginAsk {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** The public host, as in `Asked`: the Host that an origin sees if it keeps it. */
  readonly authority: string;
  readonly headers: Headers;
  /** The size of the client's own header fields, in bytes. */
  readonly receivedBytes: number;
  /** One of those fields holds a control character. */
  readonly hasControls?: true;
  /** Further URLs besides the target. */
  readonly otherUrls: readonly NamedUrl[];
  /** Where `${secret:NAME}` stands for a value; absent if nowhere. */
  readonly withheld?: Withheld;
}

/** See rewriting/withheld.ts. */
export interface Withheld {
  readonly fields: readonly WithheldField[];
  readonly target: { readonly told: string; readonly sent: string } | undefined;
}

/** As the edge has it, and as the origin gets it. */
export interface WithheldField {
  readonly name: string;
  readonly told: string | null;
  readonly sent: string | null;
}

/** A change to a body on its way to the client. */
export type Transform = EditTransform | NonceTransform | CompressTransform;

/** A response on its way to the client. Its headers are the reply's own and may be changed in place. */
export interface Reply {
  status: number;
  statusText: string;
  headers: Headers;
  body: Body;
  /** For a stream that the edge puts together itself: the runtime sends no Content-Length for it unless told. */
  bodyLength?: number;
  webSocket: unknown;
  /** The changes to the body after the cache, in this order. An adapter knows how to apply them. */
  transforms?: readonly Transform[];
  /** Fields that no edit of a site changes: the body works only with them. */
  readonly fixed?: readonly (readonly [name: string, value: string])[];
  /** The platform object that the reply arrived in. Only the adapter uses it: see adapters/original.ts. */
  original?: unknown;
  /** It tells of a refusal, and nothing stands in its place yet. */
  readonly isProblem?: true;
  /** The security headers that the store has set already. */
  readonly dressed?: Dressing | null;
  /** The fields of a stored response that override Cache-Control further out (delivery/make-private.ts); absent if nobody has looked. */
  readonly overriding?: readonly string[];
  /** Breaks the transfer of an origin's body for all who read it; see ports.ts. */
  readonly cutOff?: () => void;
}

/** A reply that the edge makes itself. */
export function ownReply(status: number, headers: Headers, body: Body): Reply {
  return { status, statusText: "", headers, body, webSocket: null };
}
