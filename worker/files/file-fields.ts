// The header fields of a file. Pure.
import { getMimeType } from "hono/utils/mime";
import type { Coding } from "../../shared/site/compression-defaults.ts";
import type { StoredFile } from "../ports.ts";

/** What is sent of a file, and as what. */
export interface Representation {
  /** Of the file that the client gets, which says its type. */
  readonly name: string;
  /** Where its bytes are: there, or at a precompressed sibling. */
  readonly at: string;
  readonly file: StoredFile;
  readonly coding: Coding | undefined;
  /** Another client may get another coding. */
  readonly varies: boolean;
  readonly immutable: boolean;
  /** At the end of its entity tag: what else the answer depends on. */
  readonly mark: string;
}

/** Never guessed from the bytes. */
export const mediaTypeOfName = (name: string): string | undefined => getMimeType(name);

/** `charset` is told for text, and the platform is asked what Hono's table does not know. */
export function fieldsOfFile({ file, name, coding, varies, immutable, mark }: Representation): Headers {
  const { etag, lastModified, bytes, contentType } = file;
  const headers = new Headers({
    "content-type": mediaTypeOfName(name) ?? contentType ?? "application/octet-stream",
    "cache-control": immutable ? "public, max-age=31536000, immutable" : REVALIDATED,
    "accept-ranges": "bytes",
  });
  if (etag !== null) headers.set("etag", etag.replace(/"$/, `${mark}"`));
  if (lastModified !== null) headers.set("last-modified", lastModified);
  if (bytes !== undefined) headers.set("content-length", String(bytes));
  if (coding !== undefined) headers.set("content-encoding", coding);
  if (varies) headers.set("vary", "accept-encoding");
  return headers;
}

/** A client keeps it and asks each time whether it has changed, which a 304 answers. */
export const REVALIDATED = "public, max-age=0, must-revalidate";
