// `_redirects` and `_headers` as Cloudflare Pages and Netlify read them; the cases follow their documentation.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsFor, giveFields, readFieldRules } from "../../../worker/files/headers-file.ts";
import { readRedirects, redirected } from "../../../worker/files/redirects-file.ts";

const to = (rules: string, path: string, query = "") => redirected(readRedirects(rules), { path, query });

describe("_redirects", () => {
  it.each([
    ["/home /", "/home", 302, "/"],
    ["/home / 301", "/home", 301, "/"],
    ["/home / 301!", "/home", 301, "/"],
    ["/blog/* /posts/:splat 308", "/blog/2026/a", 308, "/posts/2026/a"],
    ["/u/:name/p/:id /users/:name/posts/:id", "/u/ann/p/7", 302, "/users/ann/posts/7"],
    ["/x https://www.example.com/y 301", "/x", 301, "https://www.example.com/y"],
    ["/x/* https://www.example.com/:splat", "/x/a/b", 302, "https://www.example.com/a/b"],
    ["/a /b#part", "/a", 302, "/b#part"],
    ["# a comment\n\n  /a   /b   307  # why", "/a", 307, "/b"],
    ["/files/*.pdf /pdf", "/files/a/b.pdf", 302, "/pdf"],
  ])("%s takes %s", (rules, path, status, location) => {
    expect(to(rules, path)).toEqual({ kind: "redirect", status, location });
  });

  it("lets the first rule win, and keeps the query", () => {
    expect(to("/a /one\n/a /two", "/a", "x=1")).toMatchObject({ location: "/one?x=1" });
  });

  it("shows another file by 200, without its query", () => {
    expect(to("/pretty /pages/plain.html 200", "/pretty", "x=1")).toEqual({
      kind: "rewrite",
      path: "/pages/plain.html",
    });
  });

  it("leaves what no rule names", () => {
    expect(to("/a /b", "/ab")).toBeUndefined();
    expect(to("/a /b", "/a/")).toBeUndefined();
  });

  it.each([
    ["/a", "a rule is a path"],
    ["a /b", "must begin with /"],
    ["https://other.example/a /b", "must begin with /"],
    ["/a b", "must begin with one /"],
    ["/a //evil.example", "must begin with one /"],
    ["/a /\\evil.example", "must begin with one /"],
    ["/a https://user:pass@evil.example/", "host is written out"],
    ["/a/:host https://:host/", "host is written out"],
    ["/a https://*/", "host is written out"],
    ["/a javascript:alert(1)", "must begin with one /"],
    ["/a /b 404", "status 404"],
    ["/a /b 200.5", "status"],
    ["/a https://other.example/ 200", "file of the folder"],
    ["/a /b 301 Country=de", "conditions"],
    ["/store id=:id /blog/:id 301", "conditions"],
    ["/a*b*c /d", "one *"],
    ["/:a{.*}/b /d", "braces"],
  ])("does not follow %s, and says why", (rule, why) => {
    const { faults } = readRedirects(`/fine /ok\n${rule}`);
    expect(faults).toEqual([{ line: 2, message: expect.stringContaining(why) }]);
    expect(to(`/fine /ok\n${rule}`, "/fine")).toMatchObject({ location: "/ok" });
  });

  it("never leads to a host that the file does not write out, whatever the path", () => {
    const rules = "/x/* /:splat\n/y/* https://www.example.com/:splat\n/:a/z /:a";
    const piece = fc.constantFrom(
      "/",
      "//",
      "\\",
      "%2f",
      "evil.example",
      "@",
      ":",
      "..",
      "%09",
      "x",
      "y",
      "z",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const found = to(rules, `/${pieces.join("")}`);
        if (found?.kind !== "redirect") return;
        const { host } = new URL(found.location, "https://a.test");
        expect(["a.test", "www.example.com"]).toContain(host);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read in bounded time and never throws, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const read = readRedirects(`/a ${text}\n${text}`);
        redirected(read, { path: "/a", query: "" });
      }),
      { numRuns: 1_000 },
    );
    const many = readRedirects("/a /b\n".repeat(5_000));
    expect(many.faults).toHaveLength(1);
  });
});

const fields = (rules: string, path: string, before: Record<string, string> = {}) => {
  const headers = new Headers(before);
  giveFields(fieldsFor(readFieldRules(rules), path), headers);
  return Object.fromEntries(headers);
};

describe("_headers", () => {
  it("gives its fields to the files of a path", () => {
    const rules = "/docs/*\n  X-Docs: yes\n  Cache-Control: max-age=60\n/other\n  X-Other: yes\n";
    expect(fields(rules, "/docs/a", { "cache-control": "no-cache" })).toEqual({
      "x-docs": "yes",
      "cache-control": "max-age=60",
    });
    expect(fields(rules, "/docsy")).toEqual({});
  });

  it("joins what several rules give, and removes what a later one takes away", () => {
    const rules = "/*\n  X-A: 1\n  X-B: 1\n/a/*\n  X-A: 2\n  ! X-B\n  ! Cache-Control\n";
    expect(fields(rules, "/a/b", { "cache-control": "no-cache" })).toEqual({ "x-a": "1, 2" });
  });

  it("fills in what the path captures", () => {
    expect(fields("/u/:name/*\n  X-Of: :name and :splat and :other\n", "/u/ann/x")).toEqual({
      "x-of": "ann and x and :other",
    });
    expect(fields("/a\n  X-Of: :constructor\n", "/a")).toEqual({ "x-of": ":constructor" });
  });

  it("keeps several cookies apart", () => {
    const headers = new Headers();
    giveFields(fieldsFor(readFieldRules("/*\n  Set-Cookie: a=1\n  Set-Cookie: b=2\n"), "/"), headers);
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it.each([
    ["X-A: 1", "no path stands above"],
    ["/a\n  Content-Length: 3", "follows from the file"],
    ["/a\n  Transfer-Encoding: chunked", "follows from the file"],
    ["/a\n  X A: 1", "a field is a name"],
    ["/a\n  X-A: caf\u00e9", "character"],
    ["https://a.test/a\n", "must begin with /"],
  ])("does not follow %j, and says why", (rules, why) => {
    expect(readFieldRules(rules).faults.map(({ message }) => message)).toEqual([
      expect.stringContaining(why),
    ]);
  });

  it("never throws, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        fields(`/*\n  X-A: ${text}\n  ${text}\n${text}`, "/a");
      }),
      { numRuns: 1_000 },
    );
  });
});
