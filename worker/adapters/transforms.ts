// Changes to bodies on their way to the client: compression, rewritten links. A reply names them, so that it stays plain data.
// There are none yet.
import type { Body, Reply } from "../message.ts";

export type BodyTransform = (body: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;

export type TransformTable = Readonly<Record<string, BodyTransform>>;

export const TRANSFORMS: TransformTable = {};

/** The reply with its body transformed. The length is then unknown. A name missing from the table is a bug. */
export function transformed(reply: Reply, table: TransformTable = TRANSFORMS): Reply {
  const { transforms = [], bodyLength: _length, original: _original, ...rest } = reply;
  if (transforms.length === 0) return reply;
  const body = transforms.reduce<Body>((before, { name }) => {
    const apply = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!apply) throw new Error(`no transform is called ${name}`);
    return before === null ? null : apply(streamOf(before));
  }, reply.body);
  const headers = new Headers(reply.headers);
  headers.delete("content-length");
  return { ...rest, headers, body };
}

const streamOf = (body: Exclude<Body, null>): ReadableStream<Uint8Array> =>
  body instanceof ReadableStream ? body : (new Response(body as BodyInit).body as ReadableStream<Uint8Array>);
