// Bodies that arrive slowly, and bodies too large to hold in memory.

const CHUNK = new Uint8Array(64 * 1024).fill("x".charCodeAt(0));
const BYTES_PER: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** `?bytes=1000&ms=1000&chunks=10`: this many bytes, over this many milliseconds, in this many pieces. */
export function drip(query: Readonly<Record<string, string>>): Response {
  const bytes = Number(query.bytes ?? 1_000);
  const chunks = Math.max(1, Number(query.chunks ?? 10));
  const pauseMs = Number(query.ms ?? 1_000) / chunks;
  const size = Math.ceil(bytes / chunks);
  const pieces = Array.from({ length: chunks }, (_, at) =>
    "x".repeat(Math.max(0, Math.min(size, bytes - at * size))),
  );
  return new Response(paced(pieces, pauseMs), { headers: { "content-type": "text/plain" } });
}

/** `?count=5&ms=200`: this many server-sent events, at this interval. */
export function events(name: string, query: Readonly<Record<string, string>>): Response {
  const count = Number(query.count ?? 5);
  const lines = Array.from(
    { length: count },
    (_, at) => `id: ${at + 1}\ndata: event ${at + 1} from ${name}\n\n`,
  );
  return new Response(paced(lines, Number(query.ms ?? 200)), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

/** `200MB`: generated as it is read, with its length declared. */
export function bytesOf(size: string): Response {
  const [, amount = "0", unit = ""] = /^(\d+)(\D*)$/.exec(size) ?? [];
  const total = Number(amount) * (BYTES_PER[unit] ?? 1);
  let left = total;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left === 0) return controller.close();
      const chunk = left >= CHUNK.length ? CHUNK.slice() : CHUNK.slice(0, left);
      left -= chunk.length;
      controller.enqueue(chunk);
    },
  });
  return new Response(body, {
    headers: { "content-type": "application/octet-stream", "content-length": String(total) },
  });
}

/** The first piece at once, each other one after a pause. */
function paced(pieces: readonly string[], pauseMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces[next];
      if (piece === undefined) return controller.close();
      if (next > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      next++;
      controller.enqueue(encoder.encode(piece));
    },
  });
}
