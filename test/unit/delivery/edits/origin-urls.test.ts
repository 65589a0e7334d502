import { describe, expect, it } from "vitest";
import { originUrls } from "../../../../worker/delivery/edits/origin-urls.ts";
import { TextEditor } from "../../../../worker/delivery/edits/text-editor.ts";

const client = { scheme: "https", authority: "shop.test", base: "" };

function edited(text: string, places: string[] = ["http://origin.test"], at = client): string {
  const named = places.map((url) => {
    const { host, pathname } = new URL(url);
    return { host, basePath: pathname === "/" ? "" : pathname };
  });
  const one = (chunks: readonly string[]) => {
    const editor = new TextEditor([originUrls(named, at)]);
    return chunks.map((chunk) => editor.edit(chunk)).join("") + editor.end();
  };
  const whole = one([text]);
  expect(one([...text])).toBe(whole); // however it is cut
  return whole;
}

describe("the URL of an origin in a body", () => {
  it.each([
    ['<a href="http://origin.test/a">', '<a href="https://shop.test/a">'],
    ['<a href="https://origin.test">', '<a href="https://shop.test">'],
    ['<a href="HTTP://ORIGIN.test/a">', '<a href="https://shop.test/a">'],
    ["src=//origin.test/a.js", "src=//shop.test/a.js"],
    ["url(http://origin.test/a.png)", "url(https://shop.test/a.png)"],
    ['{"next":"http:\\/\\/origin.test\\/a"}', '{"next":"https:\\/\\/shop.test\\/a"}'],
    ['{"next":"http:\\u002F\\u002Forigin.test"}', '{"next":"https:\\u002F\\u002Fshop.test"}'],
    ["?next=http%3A%2F%2Forigin.test%2Fa", "?next=https%3A%2F%2Fshop.test%2Fa"],
    ["http://origin.test:80/a", "https://shop.test/a"],
    ["wss://origin.test/socket", "wss://shop.test/socket"],
    ["See http://origin.test.", "See https://shop.test."],
    ["http://origin.test http://origin.test", "https://shop.test https://shop.test"],
  ])("%s becomes %s", (text, expected) => {
    expect(edited(text)).toBe(expected);
  });

  it.each([
    "http://origin.test.evil.test/",
    "http://origin.test-evil.test/",
    "http://evil-origin.test/",
    "http://www.origin.test/",
    "http://origin.test:8080/",
    "http://origin.test:8000/",
    "http://origin.test@evil.test/",
    "http://user@origin.test/",
    "origin.test",
    "http:/origin.test/",
  ])("is not %s", (text) => {
    expect(edited(text)).toBe(text);
  });

  it("has its port", () => {
    expect(edited("http://origin.test:8080/a", ["http://origin.test:8080"])).toBe("https://shop.test/a");
    expect(edited("http%3A%2F%2Forigin.test%3A8080", ["http://origin.test:8080"])).toBe(
      "https%3A%2F%2Fshop.test",
    );
    expect(edited("http://origin.test/a", ["http://origin.test:8080"])).toBe("http://origin.test/a");
  });

  it("loses the base path of the origin, which the edge adds", () => {
    const at = ["http://origin.test/shop"];
    expect(edited("http://origin.test/shop/a", at)).toBe("https://shop.test/a");
    expect(edited('"http:\\/\\/origin.test\\/shop\\/a"', at)).toBe('"https:\\/\\/shop.test\\/a"');
    expect(edited("http://origin.test/shopping", at)).toBe("https://shop.test/shopping");
    expect(edited("http://origin.test/shop%20floor", at)).toBe("https://shop.test/shop%20floor");
    expect(edited("http%3A%2F%2Forigin.test%2Fshop%2Fa", at)).toBe("https%3A%2F%2Fshop.test%2Fa");
  });

  it("gets the path under which the origin is mounted, in the spelling of the URL", () => {
    const mounted = { ...client, authority: "shop.test:8443", base: "/app" };
    expect(edited("http://origin.test/a", undefined, mounted)).toBe("https://shop.test:8443/app/a");
    expect(edited("http:\\/\\/origin.test\\/a", undefined, mounted)).toBe(
      "https:\\/\\/shop.test:8443\\/app\\/a",
    );
    expect(edited("http%3a%2f%2forigin.test%2fa", undefined, mounted)).toBe(
      "https%3a%2f%2fshop.test%3A8443%2fapp%2fa",
    );
  });

  it("is that of any of several origins", () => {
    expect(edited("http://fra.test/a //iad.test/b", ["http://fra.test", "http://iad.test"])).toBe(
      "https://shop.test/a //shop.test/b",
    );
  });
});
