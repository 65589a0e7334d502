// What is done to bodies on the platform itself: its parser of HTML is part of it.
import { describe, expect, it } from "vitest";
import { transformed } from "../../worker/adapters/transforms.ts";
import { compileBodyEdits, editsFor } from "../../worker/delivery/edits/body-edits.ts";
import { type Body, ownReply, type Transform } from "../../worker/message.ts";

const textOf = (body: Body) => new Response(body as BodyInit | null).text();

const replacing = (from: string, to: string): Transform => ({
  name: "edit",
  texts: [{ pattern: from, longest: from.length, replacement: () => to }],
  html: null,
  contentType: "text/plain",
});

const aReply = (body: Body, ...transforms: Transform[]) => ({
  ...ownReply(200, new Headers({ "content-length": "2", etag: '"1"' }), body),
  ...(transforms.length > 0 && { transforms }),
});

describe("the transforms of a reply", () => {
  it("are applied in their order, and leave the length open", async () => {
    const reply = transformed(aReply("ab", replacing("a", "b"), replacing("b", "c")));
    expect(await textOf(reply.body)).toBe("cc");
    expect([...reply.headers.keys()]).toEqual(["etag"]);
  });

  it("are applied to bytes and to streams alike", async () => {
    const bytes = new TextEncoder().encode("ab");
    expect(await textOf(transformed(aReply(bytes, replacing("a", "A"))).body)).toBe("Ab");
    expect(await textOf(transformed(aReply(new Blob(["ab"]).stream(), replacing("a", "A"))).body)).toBe("Ab");
  });

  it("leave no body alone", () => {
    expect(transformed(aReply(null, replacing("a", "b"))).body).toBeNull();
  });

  it("without any, the reply is the same one", () => {
    const reply = aReply("ab");
    expect(transformed(reply)).toBe(reply);
  });
});

const client = { scheme: "https", authority: "shop.test" };

function edited(
  page: string | Uint8Array,
  given: { readonly base?: string; readonly inject?: Record<string, string> },
  contentType = "text/html",
): Promise<string> {
  const config = given.inject && {
    originUrls: false,
    replace: [],
    inject: given.inject,
    types: ["text/html", "text/css"],
  };
  const edits = compileBodyEdits(config, given.base ?? "", [{ host: "origin.test", basePath: "" }]);
  const edit = edits && editsFor(edits, new Headers({ "content-type": contentType }), client);
  if (!edit) throw new Error("nothing is edited");
  const bytes = typeof page === "string" ? new TextEncoder().encode(page) : page;
  // In small chunks, as from a slow origin.
  const stream = new ReadableStream<Uint8Array>({
    start(to) {
      for (let at = 0; at < bytes.length; at += 7) to.enqueue(bytes.slice(at, at + 7));
      to.close();
    },
  });
  return textOf(transformed(aReply(stream, edit)).body);
}

describe("a page that is mounted under /app", () => {
  const mounted = (page: string) => edited(page, { base: "/app" });

  it.each([
    ['<a href="/a">', '<a href="/app/a">'],
    ["<a href=/a>", '<a href="/app/a">'],
    ["<A HREF='/a?x=1&amp;y=2'>", '<A HREF="/app/a?x=1&amp;y=2">'],
    [
      '<img src="/a.png" srcset="/a.png 1x, /b.png 2x">',
      '<img src="/app/a.png" srcset="/app/a.png 1x, /app/b.png 2x">',
    ],
    ['<form action="/send">', '<form action="/app/send">'],
    ['<base href="/">', '<base href="/app/">'],
    [
      '<meta http-equiv="Refresh" content="0; url=/a">',
      '<meta http-equiv="Refresh" content="0; url=/app/a">',
    ],
    ['<p style="background:url(/a.png)">', '<p style="background:url(/app/a.png)">'],
    ["<style>p{background:url(/a.png)}</style>", "<style>p{background:url(/app/a.png)}</style>"],
    ['<svg><use xlink:href="/i.svg#a"/></svg>', '<svg><use xlink:href="/app/i.svg#a" /></svg>'],
    ['<a href="http://origin.test/a">', '<a href="https://shop.test/app/a">'],
    ['<a href="https://shop.test/a">', '<a href="https://shop.test/app/a">'],
    ['<a href="https://shop.test/app/a">', '<a href="https://shop.test/app/a">'],
    ['<a href="/app/a">', '<a href="/app/a">'],
  ])("%s becomes %s", async (page, expected) => {
    expect(await mounted(page)).toBe(expected);
  });

  it.each([
    '<a href="//other.test/a">',
    '<a href="a">',
    "<script>const a = '<a href=\"/a\">';</script>",
    '<!-- <a href="/a"> -->',
    '<textarea><a href="/a"></textarea>',
    "<p>url(/a.png)</p>",
    '<a title="/a">',
  ])("%s stays", async (page) => {
    expect(await mounted(page)).toBe(page);
  });

  it("may be broken, and of bytes that are no UTF-8", async () => {
    const bytes = Uint8Array.from([..."<p>\xff\xfe</b><a href=/a"].map((letter) => letter.charCodeAt(0)));
    const given = await edited(bytes, { base: "/app" }, "text/html; charset=iso-8859-1");
    expect(given).toContain("<a href=/a");
  });
});

describe("HTML that is put into a page", () => {
  const page = "<!doctype html><html><head><title>A</title></head><body><p>B</p></body></html>";

  it("stands where it was told to", async () => {
    const inject = {
      headStart: "<!--1-->",
      headEnd: "<!--2-->",
      bodyStart: "<!--3-->",
      bodyEnd: "<script>4</script>",
    };
    expect(await edited(page, { inject })).toBe(
      "<!doctype html><html><head><!--1--><title>A</title><!--2--></head><body><!--3--><p>B</p><script>4</script></body></html>",
    );
  });

  it("stands there once, and not in what only looks like a tag", async () => {
    const odd = "<head></head><body><textarea></body></textarea><body></body>";
    expect(await edited(odd, { inject: { bodyStart: "!" } })).toBe(
      "<head></head><body>!<textarea></body></textarea><body></body>",
    );
  });
});
