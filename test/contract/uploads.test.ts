// Uploads that stand still, where a site sets no limit of its own: an origin that hangs is found out, a slow client is not hurried. nginx:
// proxy_send_timeout is "between two successive write operations" (nginx-tests, proxy_request_buffering.t).
import { describe, expect, it } from "vitest";
import { originFetch } from "../../worker/adapters/origin-fetch.ts";
import type { Fetch } from "../../worker/adapters/uploading.ts";

const LIMIT_MS = 60;
const chunk = new Uint8Array(1_024);

const upload = (body: ReadableStream<Uint8Array>, fetching: Fetch, idleMs?: number) =>
  originFetch("standalone", { fetching }).fetch({
    url: "https://origin.test/",
    method: "PUT",
    headers: new Headers(),
    body,
    firstByteMs: 10_000,
    totalMs: undefined,
    takesWithinMs: LIMIT_MS,
    ...(idleMs !== undefined && { idleMs }),
  });

/** Takes so many chunks of the body, and answers nothing. As a fetch does, it ends when it is aborted. */
const takes =
  (chunks: number): Fetch =>
  (_url, { body, signal }) => {
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const takeOne = (left: number): unknown => left > 0 && reader.read().then(() => takeOne(left - 1));
    void takeOne(chunks);
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  };

const takesAll: Fetch = async (_url, { body }) => {
  const bytes = await new Response(body as BodyInit).arrayBuffer();
  return new Response(String(bytes.byteLength));
};

const endless = () => new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(chunk) });

const slow = (chunks: number, everyMs: number) => {
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (sent++ < chunks) to.enqueue(chunk);
      else to.close();
    },
  });
};

describe("an upload", () => {
  it.each([0, 3])("to an origin that takes %i chunks and no more is a time-out", async (chunks) => {
    expect(await upload(endless(), takes(chunks))).toEqual({
      ok: false,
      error: { kind: "timeout", afterMs: LIMIT_MS },
    });
  });

  it("may come as slowly as it likes", async () => {
    const sent = await upload(slow(3, LIMIT_MS * 2), takesAll);
    expect(sent.ok && (await new Response(sent.value.body as BodyInit).text())).toBe("3072");
  });

  it("may not stand still for longer than the site says, if it says so", async () => {
    expect(await upload(slow(3, LIMIT_MS * 4), takes(1_000), LIMIT_MS / 2)).toEqual({
      ok: false,
      error: { kind: "request-body-stalled" },
    });
  });
});
