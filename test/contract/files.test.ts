import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { boundFiles } from "../../worker/adapters/bound-files.ts";
import { filesContract } from "./files.contract.ts";

const assets = (env as unknown as { ASSETS: Fetcher }).ASSETS;

filesContract("the assets of a Worker", () => boundFiles(assets, "cloudflare"));

describe("files that cannot be read", () => {
  const answering = (answer: () => Promise<Response>) =>
    boundFiles({ fetch: answer } as unknown as Fetcher, "standalone").fetch({
      folder: "app",
      name: "a",
      method: "GET",
    });

  it("are a failure with its reason, and nothing throws", async () => {
    const cases = [
      [() => Promise.reject(new Error("Network connection lost.")), "Network connection lost."],
      [() => Promise.resolve(new Response(null, { status: 500 })), "the files answered 500"],
      [() => Promise.resolve(new Response(null, { status: 403 })), "the files answered 403"],
    ] as const;
    for (const [answer, message] of cases)
      expect(await answering(answer)).toMatchObject({
        ok: false,
        error: { reason: "files-unavailable", message: expect.stringContaining(message) },
      });
  });

  it("are so where nothing is bound, which is told", async () => {
    const found = await boundFiles(undefined, "cloudflare").fetch({
      folder: "app",
      name: "a",
      method: "GET",
    });
    expect(found).toMatchObject({ ok: false, error: { message: expect.stringContaining("ASSETS") } });
  });
});
