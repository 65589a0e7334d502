// An origin that serves one file, by Range, If-Range and If-None-Match.
import type { Answering } from "./origin.ts";

/** Bytes of which each stretch differs from each other one. */
export function aFile(bytes: number, seed = 0): Buffer {
  const file = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) file.writeUInt32LE((at + seed) >>> 0, at);
  return file;
}

export interface Version {
  readonly file: Buffer;
  readonly headers: Record<string, string>;
}

export function serves({ file, headers }: Version): Answering {
  const validator = headers.etag ?? headers["last-modified"];
  return (request, response) => {
    const { range, "if-range": ifRange, "if-none-match": ifNoneMatch } = request.headers;
    if (ifNoneMatch !== undefined && ifNoneMatch === headers.etag)
      return void response.writeHead(304, headers).end();
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    if (from === undefined || (ifRange !== undefined && ifRange !== validator)) {
      return void response.writeHead(200, { ...headers, "content-length": file.length }).end(file);
    }
    const first = Number(from);
    if (first >= file.length) {
      return void response.writeHead(416, { "content-range": `bytes */${file.length}` }).end();
    }
    const last = to ? Math.min(Number(to), file.length - 1) : file.length - 1;
    const contentRange = `bytes ${first}-${last}/${file.length}`;
    const fields = { ...headers, "content-range": contentRange, "content-length": last - first + 1 };
    response.writeHead(206, fields).end(file.subarray(first, last + 1));
  };
}
