// Which coding a client gets. What nginx (nginx-tests: gzip.t, gunzip.t), Caddy (encode_test.go, TestPreferOrder), Traefik
// (compress/acceptencoding_test.go) and RFC 9110 §12.5.3 say of Accept-Encoding.
import { describe, expect, it } from "vitest";
import {
  codingFor,
  compileCompression,
  isCompressible,
} from "../../../../worker/delivery/compression/compression.ts";

const auto = compileCompression("auto");
if (!auto) throw new Error("auto compresses");

const chosen = (accepts: string | null, given: Partial<typeof auto> = {}, fields = {}) =>
  codingFor(
    { ...auto, ...given },
    new Headers({ ...fields, ...(accepts !== null && { "accept-encoding": accepts }) }),
  );

describe("the coding for a client", () => {
  const CASES: [accepts: string | null, coding: string | undefined][] = [
    [null, undefined],
    ["", undefined],
    ["gzip", "gzip"],
    ["GZip", "gzip"],
    ["x-gzip", "gzip"],
    ["br, gzip", "br"],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip;q=0", undefined],
    ["gzip;q=0.0", undefined],
    ["gzip;q=0, *", "zstd"],
    ["*", "zstd"],
    ["*;q=0", undefined],
    ["gzip, *;q=0", "gzip"],
    ["identity;q=0", undefined],
    ["identity", undefined],
    ["identity;q=0.5, gzip;q=0.8", "gzip"],
    ["identity, gzip;q=0.5", undefined],
    ["identity, gzip", "gzip"],
    ["gzip;q=0.9, br;q=0.8", "gzip"],
    ["gzip;q=0.001", "gzip"],
    ["deflate, compress, sdch", undefined],
    ["gzip;q=2", undefined],
    ["gzip;q=high", undefined],
    ["gzip;level=9", undefined],
    ["gzip, gzip;q=0", undefined],
    [" gzip ; q=0.5 ,\tbr ; q=0.4", "gzip"],
    [",,, gzip ,,", "gzip"],
    ["gzipped, not-gzip", undefined],
  ];
  it.each(CASES)("that sends Accept-Encoding: %s is %s", (accepts, coding) => {
    expect(chosen(accepts)).toBe(coding);
  });

  it("is the one that the site prefers, among those that the client likes equally", () => {
    expect(chosen("gzip, br, zstd", { codings: ["br", "gzip"] })).toBe("br");
  });

  it("is none with a field that stands for a secret", () => {
    const notWith = ["cookie"];
    expect(chosen("gzip", { notWith }, { cookie: "a=b" })).toBeUndefined();
    expect(chosen("gzip", { notWith })).toBe("gzip");
  });
});

it("takes text and leaves what is compressed in itself", () => {
  const types = [
    "text/html",
    "application/ld+json",
    "image/svg+xml",
    "image/png",
    "font/woff2",
    "text/event-stream",
    "",
  ];
  expect(types.filter((type) => isCompressible(auto, type))).toEqual([
    "text/html",
    "application/ld+json",
    "image/svg+xml",
  ]);
});

it("takes event streams only if they are named", () => {
  const config = { codings: ["gzip"], types: ["text/event-stream"], minSize: 0, notWith: [] } as const;
  const named = compileCompression({ ...config, codings: ["gzip"], types: [...config.types], notWith: [] });
  expect(named && isCompressible(named, "text/event-stream")).toBe(true);
});
