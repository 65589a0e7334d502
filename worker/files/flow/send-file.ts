// Sends a file that was found: whole, in part, or not at all because the client has it. Flow.
import { ok } from "../../../shared/result.ts";
import { cutStretch } from "../../bodies/cut.ts";
import { removeContentFields } from "../../caching/law/content-fields.ts";
import { formatContentRange, type Stretch } from "../../caching/law/ranges.ts";
import type { OriginReply, StoredFile } from "../../ports.ts";
import { fieldsOfFile, REVALIDATED, type Representation } from "../file-fields.ts";
import { whatToSend } from "../what-to-send.ts";
import { type FilePorts, type FileRequest, type Found, letFileGo } from "./find-file.ts";

/** `status`: 404 for the page that stands for a missing file. */
export interface Sending extends Representation {
  readonly status: 200 | 404;
}

/** Undefined if the file has gone meanwhile. */
export async function sendFile(
  sending: Sending,
  request: FileRequest,
  ports: FilePorts,
): Found<OriginReply | undefined> {
  const { file, status } = sending;
  const headers = fieldsOfFile(sending);
  const now = ports.now();
  const compared = { status, headers: [...headers] as [string, string][], receivedAt: now };
  const sent = whatToSend(request, compared, file.bytes, now);
  switch (sent.kind) {
    case "whole":
      if (request.method === "HEAD") return ok(fileReply(status, headers));
      return file.body ? ok(fileReply(status, headers, file.body)) : readWhole(sending, request, ports);
    case "part":
      return readPart(sending, headers, sent.stretch, request, ports);
    case "not-modified":
      letFileGo(file);
      removeContentFields(headers);
      return ok(fileReply(304, headers));
    case "precondition-failed":
      letFileGo(file);
      return ok(fileReply(412, new Headers({ "cache-control": REVALIDATED, "content-length": "0" })));
    case "unsatisfiable":
      letFileGo(file);
      removeContentFields(headers);
      headers.set("content-range", `bytes */${file.bytes}`);
      return ok(fileReply(416, headers));
  }
}

/** It may have been replaced since it was found: what goes out describes what was read. */
async function readWhole(
  sending: Sending,
  { rules }: FileRequest,
  { files }: FilePorts,
): Found<OriginReply | undefined> {
  const read = await files.fetch({ folder: rules.folder, name: sending.at, method: "GET" });
  if (!read.ok) return read;
  const file = read.value;
  return ok(file && fileReply(sending.status, fieldsOfFile({ ...sending, file }), file.body));
}

async function readPart(
  sending: Sending,
  headers: Headers,
  stretch: Stretch,
  request: FileRequest,
  ports: FilePorts,
): Found<OriginReply | undefined> {
  const { file, at } = sending;
  const { first, length } = stretch;
  const range = { first, last: first + length - 1 };
  const read = await ports.files.fetch({ folder: request.rules.folder, name: at, method: "GET", range });
  if (!read.ok) return read;
  if (!read.value) return ok(undefined);
  if (!isSame(read.value, file)) {
    letFileGo(read.value);
    return readWhole(sending, request, ports);
  }
  headers.set("content-range", formatContentRange(stretch, file.bytes ?? 0));
  headers.set("content-length", String(length));
  if (read.value.isPart) return ok(fileReply(206, headers, read.value.body));
  const body = cutStretch(read.value.body, stretch) as ReadableStream<Uint8Array>;
  return ok({ ...fileReply(206, headers, body), bodyLength: length });
}

/** What is not known of one of them says nothing against it. */
const isSame = (a: StoredFile, b: StoredFile): boolean =>
  a.etag === b.etag && (a.bytes === b.bytes || a.bytes === undefined);

export const fileReply = (
  status: number,
  headers: Headers,
  body: ReadableStream<Uint8Array> | null = null,
): OriginReply => ({ status, statusText: "", headers, body, webSocket: null });
