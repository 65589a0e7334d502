// A body that is longer than allowed is kept in no part: what is stored is whole or nothing.
import { describe, expect, it } from "vitest";
import { atMost } from "../../../worker/bodies/cut.ts";

const chunks = (...lengths: number[]) => lengths.map((length) => new Uint8Array(length).fill(length));
const read = async (lengths: number[], maxBytes: number) => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks(...lengths)) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Uint8Array(await new Response(atMost(body, maxBytes)).arrayBuffer());
};

describe("a body of at most 10 bytes", () => {
  it.each([[[10]], [[4, 6]], [[1, 1, 1]], [[]]])("passes whole in chunks of %j", async (lengths) => {
    const whole = await new Blob(chunks(...lengths)).arrayBuffer();
    expect(await read(lengths, 10)).toEqual(new Uint8Array(whole));
  });

  it.each([[[11]], [[10, 1]], [[4, 6, 1, 1]]])("breaks in chunks of %j", async (lengths) => {
    await expect(read(lengths, 10)).rejects.toThrow("longer than 10 bytes");
  });

  it("is none where none is allowed", async () => {
    expect(await read([], 0)).toHaveLength(0);
    await expect(read([1], 0)).rejects.toThrow("longer than 0 bytes");
  });
});
