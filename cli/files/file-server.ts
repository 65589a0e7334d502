// Reads the files of `--files` for the processes of `headgate serve`, which cannot tell a link that leads out of a folder from a file in it. It
// answers exact names only: which file answers a request is for the Worker to say. Nobody else has the secret of this run.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { isSame } from "../../shared/is-same.ts";
import { BECAUSE_FIELD, FOLDER_FIELD } from "../../shared/site/folder-field.ts";
import { openWithin } from "./open-within.ts";

export interface FileServer {
  readonly port: number;
  /** The field that opens it, and its value. */
  readonly secret: { readonly name: string; readonly value: string };
  close(): void;
}

const SECRET_FIELD = "headgate-files";

export async function openFileServer(root: string): Promise<FileServer> {
  const value = randomBytes(24).toString("hex");
  const server = http.createServer((ask, answer) => {
    answer.sendDate = false;
    answer.on("error", () => {});
    if (!isSame(String(ask.headers[SECRET_FIELD]), value)) return end(answer, 403);
    if (ask.method !== "GET" && ask.method !== "HEAD") return end(answer, 405);
    void answerWith(root, ask, answer).catch((error: unknown) =>
      answer.headersSent ? answer.destroy() : end(answer, 500, String(error)),
    );
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    secret: { name: SECRET_FIELD, value },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerWith(
  root: string,
  ask: http.IncomingMessage,
  answer: http.ServerResponse,
): Promise<void> {
  const folder = String(ask.headers[FOLDER_FIELD] ?? "").split("/");
  const names = namesIn(ask.url ?? "");
  const handle = names && (await openWithin(root, folder, names.slice(folder.length)));
  if (!handle) return end(answer, 404);
  let isHandedOver = false;
  try {
    const found = await handle.stat({ bigint: true });
    const size = Number(found.size);
    const range = rangeIn(ask.headers.range, size);
    const { first, last } = range ?? { first: 0, last: size - 1 };
    answer.writeHead(range ? 206 : 200, {
      etag: tagOf(found),
      "last-modified": lastModified(found),
      "content-length": last - first + 1,
      ...(range && { "content-range": `bytes ${first}-${last}/${size}` }),
    });
    if (ask.method === "HEAD" || last < first) return void answer.end();
    isHandedOver = true;
    await send(handle, { first, last }, answer);
  } finally {
    if (!isHandedOver) await handle.close();
  }
}

/** A file that grows meanwhile is cut at the length that was told; one that shrinks breaks the transfer. */
async function send(
  handle: FileHandle,
  { first, last }: { readonly first: number; readonly last: number },
  answer: http.ServerResponse,
): Promise<void> {
  const read = handle.createReadStream({ start: first, end: last, highWaterMark: 262_144 });
  await pipeline(read, (chunks: AsyncIterable<Buffer>) => inFull(chunks, last - first + 1), answer);
}

/** Node would keep the connection open and wait for what is missing. */
async function* inFull(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error("the file has become shorter");
}

/** `because`: for the log of the operator. An answer to HEAD has no other place for it. */
function end(answer: http.ServerResponse, status: number, because?: string): void {
  answer
    .writeHead(status, {
      "content-length": 0,
      ...(because !== undefined && { [BECAUSE_FIELD]: encodeURI(because) }),
    })
    .end();
}

/** Undefined if it is not a path of plain names. */
function namesIn(url: string): string[] | undefined {
  try {
    return url.replace(/\?.*/s, "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The Worker asks for one range of positions that the file has. */
function rangeIn(field: string | undefined, size: number): { first: number; last: number } | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(field ?? "") ?? [];
  const range = { first: Number(first), last: Number(last) };
  return range.first <= range.last && range.last < size ? range : undefined;
}

/**
 * A clock of the file system ticks every few milliseconds, so a file may change twice within one tick. Until that cannot happen any more, the
 * tag is weak (RFC 9110 §8.8.1), as Apache's is. It is also another one than later: it would match the strong tag in If-None-Match, and a cache
 * that has read the file between the two changes would never read it again.
 */
function tagOf({ mtimeNs, mtimeMs, size, ino }: BigIntStats): string {
  const told = [mtimeNs, size, ino].map((part) => part.toString(36)).join("-");
  return Math.abs(Date.now() - Number(mtimeMs)) < SETTLED_MS ? `W/"${told}-new"` : `"${told}"`;
}

const SETTLED_MS = 1_000;

/** RFC 9110 §8.8.2.1: not in the future. */
const lastModified = ({ mtimeMs }: BigIntStats): string =>
  new Date(Math.min(Number(mtimeMs), Date.now())).toUTCString();
