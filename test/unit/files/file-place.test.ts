import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filePlace } from "../../../worker/files/file-place.ts";

describe("the place of a file", () => {
  it.each([
    ["/", [], true],
    ["/index.html", ["index.html"], false],
    ["/docs/", ["docs"], true],
    ["/a%20b/caf%C3%A9.txt", ["a b", "café.txt"], false],
    ["/.well-known/security.txt", [".well-known", "security.txt"], false],
    ["/docs/_headers", ["docs", "_headers"], false],
    ["/~user/a+b", ["~user", "a+b"], false],
  ])("%s is named by its decoded names", (path, names, isFolder) => {
    expect(filePlace(path)).toEqual({ names, isFolder });
  });

  it.each([
    ["an encoded slash", "/a%2Fb"],
    ["an encoded backslash", "/a%5Cb"],
    ["a plain backslash", "/a\\b"],
    ["NUL", "/a%00.html"],
    ["a line break", "/a%0Ab"],
    ["C1 controls", "/a%C2%85"],
    ["dot segments", "/../a"],
    ["encoded dot segments", "/%2e%2e/a"],
    ["an empty segment", "//a"],
    ["overlong UTF-8", "/%C0%AE%C0%AE/a"],
    ["bytes that are no UTF-8", "/%FF"],
    ["a half escape", "/%"],
    ["a hidden file", "/.env"],
    ["a hidden folder", "/.git/config"],
    ["a hidden file further down", "/a/.htpasswd"],
    ["a hidden file in .well-known", "/.well-known/.secret"],
    ["a stream of NTFS", "/a.html:$DATA"],
    ["a dot that Windows drops", "/a.html."],
    ["a blank that Windows drops", "/a.html%20"],
    ["a name that no file system has", `/${"a".repeat(256)}`],
    ["the rules of the folder", "/_redirects"],
    ["its other rules", "/_headers"],
  ])("%s leads to no file", (_what, path) => {
    expect(filePlace(path)).toBeUndefined();
  });

  it("never leads out of the folder or to a hidden file, whatever the path", () => {
    const piece = fc.constantFrom(
      ...[
        "..",
        ".",
        "/",
        "\\",
        "%2e",
        "%2E%2E",
        "%2f",
        "%5c",
        "%00",
        "a",
        ".git",
        "%25",
        "%C0%AF",
        ":",
        " ",
        "%0d%0a",
        "é",
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const place = filePlace(`/${pieces.join("")}`);
        for (const name of place?.names ?? []) {
          expect(name).not.toMatch(/^$|^\.|[/\\:\p{Cc}]|[. ]$/u);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
