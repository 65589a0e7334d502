import { describe, expect, it } from "vitest";
import { transformed } from "../../../worker/adapters/transforms.ts";
import { type Body, ownReply } from "../../../worker/message.ts";

const through = (change: (text: string) => string) => (body: ReadableStream<Uint8Array>) =>
  body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) =>
        controller.enqueue(new TextEncoder().encode(change(new TextDecoder().decode(chunk)))),
    }),
  );
const TABLE = { upper: through((text) => text.toUpperCase()), twice: through((text) => text + text) };

const aReply = (body: Body, ...names: string[]) => ({
  ...ownReply(200, new Headers({ "content-length": "2", etag: '"1"' }), body),
  ...(names.length > 0 && { transforms: names.map((name) => ({ name })) }),
});
const textOf = (body: Body) => new Response(body as BodyInit | null).text();

describe("the transforms of a reply", () => {
  it("are applied in their order, and leave the length open", async () => {
    const reply = transformed(aReply("ab", "twice", "upper"), TABLE);
    expect(await textOf(reply.body)).toBe("ABAB");
    expect([...reply.headers.keys()]).toEqual(["etag"]);
  });
  it("are applied to bytes and to streams alike", async () => {
    const bytes = new TextEncoder().encode("ab");
    expect(await textOf(transformed(aReply(bytes, "upper"), TABLE).body)).toBe("AB");
    expect(await textOf(transformed(aReply(new Blob(["ab"]).stream(), "upper"), TABLE).body)).toBe("AB");
  });
  it("leave no body alone", () => expect(transformed(aReply(null, "upper"), TABLE).body).toBeNull());
  it("without any, the reply is the same one", () => {
    const reply = aReply("ab");
    expect(transformed(reply, TABLE)).toBe(reply);
  });
  it("that nobody knows are a bug, also by a name that every object has", () => {
    for (const name of ["none", "constructor"]) {
      expect(() => transformed(aReply("ab", name))).toThrow(`no transform is called ${name}`);
    }
  });
});
