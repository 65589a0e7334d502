import { describe, expect, it } from "vitest";
import { keepForReplay } from "../../../worker/bodies/replay.ts";

const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, at) => (first + at) % 256);

function streamOf(...chunks: (Uint8Array | Error)[]): ReadableStream<Uint8Array> {
  const waiting = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = waiting.shift();
      if (next instanceof Error) controller.error(next);
      else if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

const collect = async (body: unknown) => new Uint8Array(await new Response(body as BodyInit).arrayBuffer());

describe("a body that is kept for another attempt", () => {
  it("is kept byte for byte up to the limit, in one chunk or many", async () => {
    for (const chunks of [[bytes(1000)], [bytes(400), bytes(599, 400), bytes(1, 999)]]) {
      const kept = await keepForReplay(streamOf(...chunks), 1000);
      expect(kept).toEqual({ ok: true, value: { body: bytes(1000), kept: true } });
    }
  });

  it("may be empty", async () => {
    expect(await keepForReplay(streamOf(), 1000)).toEqual({
      ok: true,
      value: { body: new Uint8Array(0), kept: true },
    });
  });

  it("goes on as a stream, whole, where it is one byte longer", async () => {
    const kept = await keepForReplay(streamOf(bytes(600), bytes(401, 600), bytes(5_000, 1001)), 1000);
    if (!kept.ok) throw new Error("refused");
    expect(kept.value.kept).toBe(false);
    expect(await collect(kept.value.body)).toEqual(bytes(6_001));
  });

  it("is not read beyond what it takes to know that it is too long", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(bytes(100));
        },
      },
      { highWaterMark: 0 },
    );
    const kept = await keepForReplay(endless, 1000);
    expect(kept.ok && kept.value.kept).toBe(false);
    expect(pulled).toBe(11);
  });

  it("is refused where it breaks while it is read", async () => {
    expect(await keepForReplay(streamOf(bytes(10), new Error("cut")), 1000)).toEqual({
      ok: false,
      error: "body-broken",
    });
  });

  it("breaks for the origin too where it breaks after the limit", async () => {
    const kept = await keepForReplay(streamOf(bytes(2_000), new Error("cut")), 1000);
    if (!kept.ok) throw new Error("refused");
    await expect(collect(kept.value.body)).rejects.toThrow("cut");
  });
});
