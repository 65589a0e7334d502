// The body of a request that is counted on its way.
import { describe, expect, it } from "vitest";
import { limitedBody } from "../../../worker/bodies/limited-body.ts";

const CHUNKED = new Headers({ "transfer-encoding": "chunked" });
const stream = (...sizes: number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const size of sizes) controller.enqueue(new Uint8Array(size));
      controller.close();
    },
  });

describe("a body that is counted", () => {
  it("comes through as it is, up to the limit", async () => {
    const limited = limitedBody(stream(6, 4), CHUNKED, 10);
    expect((await new Response(limited?.body).arrayBuffer()).byteLength).toBe(10);
    expect(limited?.objection()).toBeUndefined();
  });

  it("breaks where it exceeds the limit, and says so only then", async () => {
    const limited = limitedBody(stream(6, 5), CHUNKED, 10);
    expect(limited?.objection()).toBeUndefined();
    await expect(new Response(limited?.body).arrayBuffer()).rejects.toThrow();
    expect(limited?.objection()).toEqual({ reason: "body-too-large", maxBytes: 10 });
  });

  it("is counted where nothing tells its length, as HTTP/2 allows", () => {
    expect(limitedBody(stream(1), new Headers(), 10)).toBeDefined();
  });

  it("is left alone without a limit, without a body, and where its length is declared", () => {
    expect(limitedBody(stream(1), CHUNKED, null)).toBeUndefined();
    expect(limitedBody(null, CHUNKED, 10)).toBeUndefined();
    expect(limitedBody(stream(1), new Headers({ "content-length": "1" }), 10)).toBeUndefined();
  });
});
