import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mountedAttribute, mountedRefresh } from "../../../../worker/delivery/edits/mounted-attributes.ts";
import { mountedCss } from "../../../../worker/delivery/edits/mounted-css.ts";
import { TextEditor } from "../../../../worker/delivery/edits/text-editor.ts";

const place = { scheme: "https", authority: "shop.test", base: "/app" };
const mapped = (element: string, attribute: string, value: string) =>
  mountedAttribute(element, attribute, value, place);

describe("an attribute of a page that is mounted under /app", () => {
  it.each([
    ["a", "href", "/a", "/app/a"],
    ["a", "href", "  /a\n", "  /app/a\n"],
    ["img", "src", "/a.png", "/app/a.png"],
    ["form", "action", "/send", "/app/send"],
    ["a", "ping", "/one /two", "/app/one /app/two"],
    ["img", "srcset", "/a.png 1x, /b.png 2x", "/app/a.png 1x, /app/b.png 2x"],
    ["img", "srcset", "/a.png, /b.png 2x", "/app/a.png, /app/b.png 2x"],
    ["img", "srcset", "/a.png,/b.png", "/app/a.png,/b.png"], // by the standard, one URL with a comma in it
    [
      "img",
      "srcset",
      "data:image/png;base64,/9j/4AAQ 1x, /b.png 2x",
      "data:image/png;base64,/9j/4AAQ 1x, /app/b.png 2x",
    ],
    [
      "source",
      "srcset",
      "/a.png 100w (max-width: 1px, 2px), /b.png",
      "/app/a.png 100w (max-width: 1px, 2px), /app/b.png",
    ],
    ["svg", "xlink:href", "/icons.svg#a", "/app/icons.svg#a"],
  ])("<%s %s=%j> becomes %j", (element, attribute, value, expected) => {
    expect(mapped(element, attribute, value)).toBe(expected);
  });

  it.each([
    ["a", "href", "#top"],
    ["a", "href", "//other.test/"],
    ["div", "action", "/a"],
    ["div", "data", "/a"],
    ["a", "title", "/a"],
  ])("<%s %s=%j> stays", (element, attribute, value) => {
    expect(mapped(element, attribute, value)).toBe(value);
  });

  it("never loses a character, and takes no time, whatever it holds", () => {
    const odd = fc.string({
      unit: fc.constantFrom("/", ",", " ", "(", ")", "a", "\t", "\\", "1x"),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.constantFrom("srcset", "href", "src"), odd, (attribute, value) => {
        expect(mapped("img", attribute, value).replaceAll("/app", "")).toBe(value);
      }),
    );
    const long = "(".repeat(50_000);
    expect(mapped("img", "srcset", `/a ${long}`)).toBe(`/app/a ${long}`);
  });
});

describe("a refresh", () => {
  it.each([
    ["5; url=/a", "5; url=/app/a"],
    ["0;URL='/a'", "0;URL='/app/a'"],
    ["0, /a", "0, /app/a"],
    ["5", "5"],
    ["0; url=https://other.test/", "0; url=https://other.test/"],
  ])("%s becomes %s", (value, expected) => {
    expect(mountedRefresh(value, place)).toBe(expected);
  });
});

describe("a style sheet", () => {
  it.each([
    ["a{background:url(/a.png)}", "a{background:url(/app/a.png)}"],
    ["a{background:URL( '/a.png' )}", "a{background:URL( '/app/a.png' )}"],
    ['@import "/a.css";', '@import "/app/a.css";'],
    ["@import url(/a.css);", "@import url(/app/a.css);"],
    ["a{background:url(/app/a.png)}", "a{background:url(/app/a.png)}"],
    ["a{background:url(/application.png)}", "a{background:url(/app/application.png)}"],
    ["a{background:url(//other.test/a.png)}", "a{background:url(//other.test/a.png)}"],
    ["a{background:url(a.png)}", "a{background:url(a.png)}"],
    ["/* a / b */ a{font:1px/2px x}", "/* a / b */ a{font:1px/2px x}"],
  ])("%s becomes %s", (text, expected) => {
    for (const chunks of [[text], [...text]]) {
      const editor = new TextEditor([mountedCss("/app")]);
      expect(chunks.map((chunk) => editor.edit(chunk)).join("") + editor.end()).toBe(expected);
    }
  });
});
