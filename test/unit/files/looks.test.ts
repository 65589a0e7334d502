import { describe, expect, it } from "vitest";
import { compileFiles } from "../../../worker/files/files-rules.ts";
import { looksFor } from "../../../worker/files/looks.ts";

const DEFAULTS = {
  folder: "shop",
  index: "index.html",
  spa: false,
  cleanUrls: false,
  precompressed: true,
  immutable: "auto",
} as const;

const looks = (path: string, given: Partial<Parameters<typeof compileFiles>[0]> = {}) =>
  looksFor(path, compileFiles({ ...DEFAULTS, ...given }, "shop.test")).map((look) =>
    look.kind === "add-slash"
      ? `${look.name} → ${look.location}`
      : `${look.name}${look.status === 404 ? " 404" : ""}${look.named ? " itself" : ""}`,
  );

describe("where is looked for a file", () => {
  it("at its name, and then for a folder of that name", () => {
    expect(looks("/docs")).toEqual(["docs itself", "docs/index.html → ./docs/"]);
  });

  it("at the index of a folder", () => {
    expect(looks("/")).toEqual(["index.html"]);
    expect(looks("/docs/api/")).toEqual(["docs/api/index.html"]);
  });

  it("nowhere for a folder without an index", () => {
    expect(looks("/docs/", { index: "off" })).toEqual([]);
    expect(looks("/docs", { index: "off" })).toEqual(["docs itself"]);
  });

  it("at the name with .html, with cleanUrls", () => {
    expect(looks("/about", { cleanUrls: true })).toEqual([
      "about itself",
      "about.html",
      "about/index.html → ./about/",
    ]);
  });

  it("last at the page of an app, but not in place of a script", () => {
    expect(looks("/users/7", { spa: true }).at(-1)).toBe("index.html");
    expect(looks("/users/", { spa: "app.html" }).at(-1)).toBe("app.html");
    expect(looks("/missing.js", { spa: true })).not.toContain("index.html");
  });

  it("last at the page for what is missing, which goes out as a 404", () => {
    expect(looks("/missing.js", { spa: true, notFound: "404.html" }).at(-1)).toBe("404.html 404");
    expect(looks("/.env", { notFound: "404.html" })).toEqual(["404.html 404"]);
  });

  it.each(["/.env", "/.git", "/.git/config", "/_headers", "/..%2Fx/.ssh"])(
    "at no page of an app for what is hidden: %s",
    (path) => {
      expect(looks(path, { spa: true })).toEqual([]);
    },
  );

  it.each([
    "/wiki/Talk:Main",
    "/search/what%20",
    `/verify/${"token".repeat(60)}`,
    "/files/a%2Fb",
    "/caf%E9",
    "/x\\y",
  ])("only at the page of an app for what no file can be called: %s", (path) => {
    expect(looks(path, { spa: true })).toEqual(["index.html"]);
    expect(looks(path)).toEqual([]);
  });

  it("leads to a folder by a relative reference that names no host and no scheme", () => {
    expect(looks("/a/http%3Ax").at(-1)).toBeUndefined();
    expect(looks("/a/caf%C3%A9%20b").at(-1)).toBe("a/café b/index.html → ./caf%C3%A9%20b/");
  });
});
