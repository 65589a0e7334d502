import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asSiteFile, sourcesIn, stoppedIn } from "../../../cli/hashing/csp-sources.ts";
import { inlineTexts } from "../../../cli/hashing/inline-texts.ts";
import { useFolder } from "./run-headgate.ts";

const scripts = (html: string) => [...inlineTexts(html).scripts];
const styles = (html: string) => [...inlineTexts(html).styles];
const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

describe("the inline texts of a page", () => {
  it.each<[string, string, string[]]>([
    ["a script", "<script>a()</script>", ["a()"]],
    ["each text once", "<script>a()</script><script>a()</script><script>b()</script>", ["a()", "b()"]],
    ["line breaks as a browser reads them", "<script>a\r\nb\rc</script>", ["a\nb\nc"]],
    ["no entities, which a script has not", "<script>a &amp;&amp; b</script>", ["a &amp;&amp; b"]],
    ["no script of a file", "<script src=a.js>a()</script>", []],
    ["no data", '<script type="application/json">{}</script><script type="text/template">x</script>', []],
    [
      "modules and maps",
      '<script type="module">m</script><script type=" ImportMap ">{}</script>',
      ["m", "{}"],
    ],
    [
      "the old names of JavaScript",
      '<script type="text/JavaScript">a</script><script type="">b</script>',
      ["a", "b"],
    ],
    ["no comment that holds one", "<!-- <script>a()</script> -->", []],
    [
      "no text that looks like one",
      "<textarea><script>a()</script></textarea><title><script>b</script></title>",
      [],
    ],
    ["a comment within a script", "<script><!--\na()\n--></script>", ["<!--\na()\n-->"]],
    ["that of a template", "<template><p><script>t()</script></template>", ["t()"]],
    [
      "that of a page within the page",
      "<iframe srcdoc='<script>a &amp;amp; b</script>'></iframe>",
      ["a &amp; b"],
    ],
    ["that of a drawing", "<svg><script>s()</script><script href=x>no</script></svg>", ["s()"]],
    ["one that is not closed: nothing of it runs, and its hash harms nobody", "<script>a()", ["a()"]],
  ])("are %s", (_what, html, expected) => expect(scripts(html)).toEqual(expected));

  it("are styles, those for browsers without scripts too", () => {
    expect(
      styles("<style>a{}</style><svg><style>b{}</style></svg><noscript><style>c{}</style></noscript>"),
    ).toEqual(["a{}", "b{}", "c{}"]);
  });

  it("are found whatever stands around them", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."<>/!-=\"' abp&;\n") });
    fc.assert(
      fc.property(noise, fc.stringMatching(/^[a-z ();]{1,20}$/), (before, text) => {
        expect(
          scripts(`<!doctype html><p>${before.replaceAll("<", "&lt;")}</p><script>${text}</script>`),
        ).toEqual([text]);
        scripts(before); // reads anything
      }),
    );
  });

  it("are read from a page that is nested as deep as it likes", () => {
    expect(scripts(`${"<div>".repeat(20_000)}<script>a()</script>`)).toEqual(["a()"]);
  });
});

describe("what a policy needs", () => {
  const pages = [
    { name: "a.html", html: "<script>a()</script><style>p{}</style>" },
    { name: "b.html", html: '<script>a()</script><p onclick="x()" style="y">\n<a href="java\nscript:z()">' },
  ];

  it("is a part of a site file, which names the pages", () => {
    expect(asSiteFile(sourcesIn(pages))).toBe(
      [
        "security:",
        "  preset: strict",
        "  csp:",
        "    directives:",
        "      script-src:",
        "        - \"'self'\"",
        `        - "${sha256("a()")}" # a.html, b.html`,
        "      style-src:",
        "        - \"'self'\"",
        `        - "${sha256("p{}")}" # a.html`,
      ].join("\n"),
    );
    expect(asSiteFile(sourcesIn([]))).toContain("needs no hash");
  });

  it("is more than hashes where a page has what they cannot allow", () => {
    expect(stoppedIn(pages)).toEqual([
      "b.html: no hash allows 1 event handler, 1 style attribute, 1 javascript: URL; put them into a script or a style sheet",
    ]);
  });
});

describe("docs/security-headers.md", () => {
  const docs = readFileSync(path.join(import.meta.dirname, "../../../docs/security-headers.md"), "utf8");

  it("shows what csp-hashes prints", () => {
    const [, name = "", html = ""] = /^```html (\S+)\n([\s\S]*?)^```$/m.exec(docs) ?? [];
    const [, printed] = /^\$ npx headgate csp-hashes public\n([\s\S]*?)\n```$/m.exec(docs) ?? [];
    expect(printed).toBe(asSiteFile(sourcesIn([{ name, html }])));
  });
});

describe("headgate csp-hashes", () => {
  const folder = useFolder({
    "public/index.html": "<script>a()</script>",
    "public/deep/b.HTM": "<style>p{}</style>",
    "public/node_modules/x/c.html": "<script>not ours</script>",
    "public/a.js": "<script>no page</script>",
    "empty/a.txt": "",
  });

  it("reads folders, files and URLs, and says what it cannot read", async () => {
    const all = await folder.headgate("csp-hashes", "public", "--json");
    expect([all.code, JSON.parse(all.out)]).toEqual([
      0,
      {
        "script-src": { [sha256("a()")]: ["public/index.html"] },
        "style-src": { [sha256("p{}")]: ["public/deep/b.HTM"] },
      },
    ]);
    for (const [place, message] of [
      ["nowhere", "no such file or folder: nowhere"],
      ["empty", "no HTML file (*.html, *.htm) in empty"],
      ["http://127.0.0.1:1/", "http://127.0.0.1:1/ cannot be read"],
    ] as const) {
      const ran = await folder.headgate("csp-hashes", place);
      expect([ran.code, ran.err]).toEqual([1, expect.stringContaining(`error: ${message}`)]);
    }
  }, 60_000);
});
