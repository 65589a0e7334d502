// One reading of a published list, over TCP: what is taken, and each way in which a publisher may fail.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fetchList } from "../../../worker/adapters/fetch-list.ts";
import type { ListGood, ListKept } from "../../../worker/keeping/listing.ts";
import { unpackedSet } from "../../../worker/routing/address-set.ts";
import { type Answering, useOrigin } from "../../support/origin.ts";

const digest = async (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a reading of a list", () => {
  const publisher = useOrigin();
  const list = (good?: ListGood): ListKept => ({
    name: "drop",
    url: `${publisher.url}/drop.txt?key=secret`,
    everyMs: 3_600_000,
    toldAt: 0,
    dueAt: 0,
    ...(good && { good }),
  });
  const reading = (
    answering: Answering,
    { good, withinMs = 5_000 }: { good?: ListGood; withinMs?: number } = {},
  ) => {
    publisher.answers(answering);
    return fetchList(list(good), { digest, withinMs });
  };
  const text =
    (body: string | Buffer, headers: Record<string, string> = {}, status = 200): Answering =>
    (_request, response) =>
      void response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);

  it("takes the ranges, and what tells the version", async () => {
    const validators = { etag: '"7"', "last-modified": "Sat, 28 Nov 2026 12:00:00 GMT" };
    const { result, words } = await reading(
      text(`1.10.16.0/20 ; SBL256894\noops\n${"10.0.0.1\n".repeat(20)}`, validators),
    );
    expect(result).toMatchObject({
      kind: "read",
      good: { ranges: 2, etag: '"7"', lastModified: validators["last-modified"] },
      skipped: 1,
    });
    expect(unpackedSet(words ?? new Uint32Array())?.has("1.10.31.1")).toBe(true);
    expect(publisher.last.headers).toMatchObject({ "user-agent": "headgate (lists)" });
    expect(publisher.last.headers).not.toHaveProperty("if-none-match");
  });

  it("has the same digest for the same addresses, however they are written", async () => {
    const digestOf = async (body: string) => {
      const { result } = await reading(text(body));
      return result.kind === "read" ? result.good.digest : result;
    };
    const one = await digestOf("10.0.0.0/9\n10.128.0.0/9\n");
    expect(one).toMatch(/^[\da-f]{32}$/);
    expect(await digestOf("# newer\n10.0.0.0/8 ; joined\n")).toBe(one);
    expect(await digestOf("10.0.0.0/9\n")).not.toBe(one);
  });

  it("asks for what is newer, and takes a 304 for what is known", async () => {
    const good = {
      digest: "0".repeat(32),
      ranges: 3,
      at: 0,
      etag: '"7"',
      lastModified: "Sat, 28 Nov 2026 12:00:00 GMT",
    };
    const { result } = await reading((_request, response) => void response.writeHead(304).end(), { good });
    expect(result).toEqual({ kind: "unchanged" });
    expect(publisher.last.headers).toMatchObject({
      "if-none-match": '"7"',
      "if-modified-since": good.lastModified,
    });
  });

  it("decompresses, and counts what comes out", async () => {
    const packed = (body: string) => text(gzipSync(body), { "content-encoding": "gzip" });
    expect((await reading(packed("10.0.0.0/8\n"))).result).toMatchObject({
      kind: "read",
      good: { ranges: 1 },
    });
    const bomb = packed("# ".padEnd(20_000_000, "x"));
    expect((await reading(bomb)).result).toEqual({ kind: "failed", because: "too-large" });
  });

  it.each<[string, Answering, string]>([
    ["a page that says so", text("10.0.0.1\n", { "content-type": "text/html; charset=utf-8" }), "html"],
    ["a page that says something else", text("<!doctype html><title>Sign in</title>"), "html"],
    ["an empty list", text(""), "empty"],
    ["a sentence", text("rate limit exceeded"), "not-a-list"],
    ["a redirect", text("", { location: "https://elsewhere.test/" }, 302), "redirect"],
    ["an error", text("10.0.0.1\n", {}, 503), "503"],
    ["nothing new, unasked", text("", {}, 204), "204"],
    ["a part", text("10.0.0.1\n", { "content-range": "bytes 0-8/100" }, 206), "206"],
    [
      "too much, without an end",
      (_request, response) => {
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write("10.0.0.1\n".repeat(10_000)));
        };
        response.on("drain", more);
        more();
      },
      "too-large",
    ],
    [
      "half of it",
      (_request, response) => {
        response.writeHead(200, { "content-length": 1_000 });
        response.write("10.0.0.1\n", () => response.destroy());
      },
      "connect",
    ],
    ["nothing", (_request, response) => void response.destroy(), "connect"],
  ])("that brings %s has failed", async (_what, answering, because) => {
    const { result, words } = await reading(answering);
    expect(result).toEqual({ kind: "failed", because });
    expect(words).toBeUndefined();
  });

  it.each<[string, Answering]>([
    ["answers", () => {}],
    ["ends", (_request, response) => void response.writeHead(200).write("10.0.0.1\n")],
  ])("that never %s has failed in time, and lets the connection go", async (_what, answering) => {
    let closed = (): void => {};
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { result } = await reading(
      (request, response, seen) => {
        request.on("close", closed);
        response.on("close", closed);
        return answering(request, response, seen);
      },
      { withinMs: 100 },
    );
    expect(result).toEqual({ kind: "failed", because: "timeout" });
    await isClosed;
  });

  it("follows no redirect", async () => {
    await reading(text("", { location: "/elsewhere" }, 301));
    expect(publisher.seen.map(({ url }) => url)).toEqual(["/drop.txt?key=secret"]);
  });
});
