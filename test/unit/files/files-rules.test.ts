import { describe, expect, it } from "vitest";
import { compileFiles } from "../../../worker/files/files-rules.ts";

const rules = (immutable: "auto" | string[]) =>
  compileFiles(
    {
      folder: "shop",
      index: "index.html",
      spa: false,
      cleanUrls: false,
      precompressed: true,
      immutable,
    },
    "shop.test",
  );

describe("what never changes under its name", () => {
  it.each([
    ["webpack", "/static/js/main.3f9c1e2a.js"],
    ["webpack, long", "/main.0a1b2c3d4e5f6a7b8c9d.chunk.css".replace(".chunk", "")],
    ["Vite", "/assets/index-BfX3a9Qz.css"],
    ["Vite, with an underscore", "/assets/logo-D_x3a9Qz.svg"],
    ["esbuild", "/out/app-QWERTY23.js"],
    ["a source map", "/assets/index-BfX3a9Qz.js.map"],
    ["a font", "/fonts/inter.9f86d081884c.woff2"],
  ])("auto finds the hash of %s: %s", (_tool, path) => {
    expect(rules("auto").isImmutable(path)).toBe(true);
  });

  it.each([
    "/index.html",
    "/report-3f9c1e2a.html",
    "/jquery-3.7.1.min.js",
    "/photo-20261129.jpg",
    "/trip-IMG_1234.jpg",
    "/holiday-IMGP2345.jpg",
    "/annual-Schedule.css",
    "/my-document.pdf",
    "/deadbeef.js",
    "/feedbeef-deadbeef.js",
    "/a-12345678.js",
    "/sw.js",
    "/app.js?v=3f9c1e2a",
  ])("auto leaves %s alone: a word, a date or a number is no hash", (path) => {
    expect(rules("auto").isImmutable(path)).toBe(false);
  });

  it("is what the site says, and nothing else", () => {
    const { isImmutable } = rules(["/assets/*", "*.woff2"]);
    expect(isImmutable("/assets/plain.js")).toBe(true);
    expect(isImmutable("/fonts/a.woff2")).toBe(true);
    expect(isImmutable("/main.3f9c1e2a.js")).toBe(false);
  });

  it("is found in linear time", () => {
    const long = `/${"-a1B".repeat(20_000)}`;
    const from = performance.now();
    rules("auto").isImmutable(long);
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
