// What a slip in a YAML file is told as: one problem, at the slip, and what to write instead.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isSiteFile } from "../../../cli/site-files.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";
import { problemsInFile } from "./fixtures.ts";

describe("a slip in a YAML file is told at its place", () => {
  const lines = (...all: string[]) => `${all.join("\n")}\n`;
  const COLUMN =
    "the file has a line here that begins in another column than those that it belongs to; indent it as they are";
  const rows: [what: string, text: string, problem: string][] = [
    [
      "a tab after spaces",
      lines("hosts: [a.test]", "routes:", "  - id: x", "  \trespond: {}"),
      "4:3  the file is indented with a tab; YAML accepts only spaces",
    ],
    [
      "a tab in the line below the one where the parser stops",
      lines("hosts: [a.test]", "pools:", "  web:", "\t    origins: []"),
      "4:1  the file is indented with a tab; YAML accepts only spaces",
    ],
    [
      "the first of many tabs",
      lines("hosts:", "\t- a.test", "routes:", "\t- id: x", "\t  respond: {}"),
      "2:1  the file is indented with a tab; YAML accepts only spaces",
    ],
    [
      "a space from a web page",
      lines("hosts: [a.test]", "routes:", "\u00a0\u00a0- id: x", "    respond: {}"),
      "3:1  the file is indented with a space that is none to YAML (U+00A0); write an ordinary space in its place",
    ],
    [
      "a colon that is missing",
      lines("hosts: [a.test]", "routes", "  - id: x", "    respond: {}"),
      "2:1  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a colon that is missing before a value",
      lines("hosts: [a.test]", "routes:", "  - id: x", "    respond {}", "    security: off"),
      "4:5  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a colon that is missing after a key in quotes",
      lines("hosts: [a.test]", '"routes" []'),
      "2:1  the file needs a colon after this key: `key: value`",
    ],
    [
      "a colon without its space",
      lines("hosts: [a.test]", "routes:", "  - id:x", "    respond: {}"),
      "3:5  the file needs a space after the colon: `id: …`",
    ],
    [
      "a dash without its space",
      lines("hosts: [a.test]", "routes:", "  -id: x", "   respond: {}"),
      "3:3  the file needs a space after the dash: `- id`",
    ],
    [
      "a dash without its space at the left edge",
      lines("hosts: [a.test]", "routes:", "-id: x", " respond: {}"),
      "3:1  the file needs a space after the dash: `- id`",
    ],
    [
      "a second colon",
      lines("hosts: [a.test]", "routes:", "  - id: x", "    respond:", "      body: note: this"),
      "5:13  the file has a second colon in this line; if the value is a string, put it in quotes",
    ],
    [
      "a second colon within brackets",
      lines("hosts: [a.test]", "routes:", "  - { id: x respond: {} }"),
      "3:11  the file has a second colon here; write a comma before the next key; if it is a string, put it in quotes",
    ],
    [
      "a comma that is missing",
      lines("hosts: [a.test]", "routes:", "  - { id: x, match: { path: /a } to: web }"),
      "3:34  the file needs a comma before this",
    ],
    [
      "a colon that is missing within brackets",
      lines("hosts: [a.test]", "routes:", "  - { id: x, respond {} }"),
      "3:22  the file needs a colon or a comma before this",
    ],
    [
      "a comma too many",
      lines("hosts: [, a.test]"),
      "1:9  the file has a comma here with nothing before it; remove it",
    ],
    [
      "a quote that is not closed, and leaves its bracket open",
      lines('hosts: ["a.test]', "routes:", "  - id: x"),
      '1:9  the file has a quote here that is not closed; write " where the string ends',
    ],
    [
      "a quote that the next one closes",
      lines('hosts: ["a.test,', '  "b.test"]', "routes: []"),
      '1:9  the file has a quote here that is closed only in line 2; write " where the string ends',
    ],
    [
      "a quote that the next one closes, with a stray word behind it",
      lines('a: "b', '  c: "d"'),
      '1:4  the file has a quote here that is closed only in line 2; write " where the string ends',
    ],
    [
      "a key twice below a string of several lines",
      lines('hosts: "a', '  b"', "hosts: [a]"),
      "3:1  the file has the key `hosts` twice here; keep one of them",
    ],
    [
      "a line too far right below a string of several lines",
      lines('hosts: "a', '  b"', "  routes: []"),
      `3:3  ${COLUMN}`,
    ],
    [
      "a bracket that is not closed",
      lines("hosts: [a.test", "routes:", "  - id: x"),
      "1:8  the file has a [ here that is not closed; write ] where it ends",
    ],
    [
      "the other bracket",
      lines("hosts: [a.test}", "routes: []"),
      "1:8  the file has a [ here that is not closed; write ] where it ends",
    ],
    [
      "a bracket too many",
      lines("hosts: [a.test]]", "routes: []"),
      "1:16  the file has a ] here that closes nothing; remove it",
    ],
    [
      "a line too far left",
      lines("hosts: [a.test]", "routes:", "  - id: x", "   respond: {}"),
      `4:4  ${COLUMN}`,
    ],
    [
      "a line too far right",
      lines("hosts: [a.test]", "routes:", "  - id: x", "     respond: {}"),
      `4:6  ${COLUMN}`,
    ],
    ["a key too far right", lines("hosts: [a.test]", " routes: []"), `2:2  ${COLUMN}`],
    ["a key among items", lines("hosts:", "  - a.test", "  routes: []"), `3:3  ${COLUMN}`],
    [
      "items and a key at one level",
      lines("- a.test", "routes: []"),
      "2:1  the file has a line here that does not fit those above it; check its indentation, dash, colon and quotes",
    ],
    [
      "a dash within brackets",
      lines("hosts: [- a.test]"),
      "1:9  the file has a dash within brackets; write the items with commas between them",
    ],
    [
      "a list beside its key",
      lines("routes: - id: x"),
      "1:9  the file has a list that begins beside its key; begin it in the next line",
    ],
    [
      "a text beside its mark",
      lines("routes:", "  - respond:", "      body: |Hello", "        you"),
      "3:14  the file has text beside | or >; begin the text in the next line; if it is a string, put it in quotes",
    ],
    [
      "text after a string in quotes",
      lines('hosts: "a.test" b.test'),
      "1:17  the file has text here after the end of a value; put the whole value in quotes",
    ],
    [
      "a comment without its space",
      lines("hosts: [a.test]#mine"),
      "1:16  the file needs a space before this #; if it is a string, put it in quotes",
    ],
    [
      "a reserved character",
      lines("hosts: [@a.test]"),
      "1:9  the file has a string that begins with @, which YAML reserves; put it in quotes",
    ],
    [
      "an escape of another language",
      lines('hosts: ["a\\.test"]'),
      "1:11  the file has the escape \\., which YAML does not know; write \\\\ for a backslash, or use single quotes",
    ],
    [
      "a template",
      lines("hosts: {{ host }}"),
      "1:9  the file has a key that is a list, a set of keys or an alias; a key must be a string; put a {{ template }} in quotes",
    ],
    [
      "a directive",
      lines("%hosts: [a.test]"),
      "1:1  the file has a line that begins with %, which YAML reserves; if it is a string, put it in quotes",
    ],
    [
      "a merge of what cannot be merged",
      lines("hosts: &h [a.test]", "routes:", "  - { <<: *h, id: x }"),
      "3:7  the file merges with `<<` what is not a set of keys; write `<<: *name`, with &name before the keys",
    ],
    [
      "a control character",
      lines("hosts: [a.test]", "routes: [{ id: \u0007x }]"),
      '2:16  the file has the control character U+0007 here; remove it, or write "\\u0007" in double quotes',
    ],
    [
      "binary data",
      "\u007fELF\u0002\u0001\u0001\0\0\0\0\0\n: [:{",
      "1:1  the file is not a text: it has binary data here",
    ],
    [
      "a brace that is not closed, around the whole file",
      lines("{ hosts: [a.test], routes: []"),
      "1:1  the file has a { here that is not closed; write } where it ends",
    ],
    [
      "a brace too many",
      lines("hosts: [a.test]", "routes: []}"),
      "2:11  the file has a } here that closes nothing; remove it",
    ],
    [
      "a quote that the next one closes, and a space behind it",
      lines('a: "b', '  c: " d'),
      '1:4  the file has a quote here that is closed only in line 2; write " where the string ends',
    ],
    [
      "a string of several lines without quotes, and a stray bracket behind it",
      lines("a: [b", "  c] ]"),
      "2:6  the file has a ] here that closes nothing; remove it",
    ],
    [
      "an anchor without a name",
      lines("hosts: & [a.test]"),
      "1:8  the file has a & here that names nothing; if it is a string, put it in quotes",
    ],
    [
      "an anchor that ends in a colon",
      lines("hosts: &a: b"),
      "1:10  the file has a name after & or * that ends in a colon; write a space before the colon; if it is a string, put it in quotes",
    ],
    [
      "an anchor without its space",
      lines("hosts: &a[a.test]"),
      "1:10  the file has an anchor (&) or a tag (!) in a place where none can be; if it is a string, put it in quotes",
    ],
    [
      "two anchors",
      lines("hosts: &a &b [a.test]"),
      "1:11  the file has an anchor (&) or a tag (!) in a place where none can be; if it is a string, put it in quotes",
    ],
    [
      "keys as a key",
      lines("? { a: 1 }", ": 2"),
      "1:3  the file has a key that is a list, a set of keys or an alias; a key must be a string",
    ],
    [
      "a list as a key within braces",
      lines("hosts: {[a]: 1}"),
      "1:9  the file has a key that is a list, a set of keys or an alias; a key must be a string",
    ],
    [
      "a colon that is missing, in lines as Windows ends them",
      "routes:\r\n  - id: x\r\n    respond {}\r\n    cache: off\r\n",
      "3:5  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a line without a colon that has a URL",
      lines("https://a.test", "routes: []"),
      "1:1  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a colon without its space after a key in quotes",
      lines('"hosts":[a.test]'),
      "1:8  the file needs a space after the colon here",
    ],
    [
      "a colon at the very end",
      "hosts: a:",
      "1:8  the file has a second colon in this line; if the value is a string, put it in quotes",
    ],
    [
      "a line too far right below a value with a colon",
      lines("routes:", "  - id: x:y", "     respond: {}"),
      `3:6  ${COLUMN}`,
    ],
    [
      "a line too far right below a blank line and a comment",
      lines("routes:", "  - id: x", "", "  # the answer", "     respond: {}"),
      `5:6  ${COLUMN}`,
    ],
    ["an item too far left", lines("hosts:", "  - a.test", " - b.test"), `3:2  ${COLUMN}`],
    ["a text too far left", lines("routes:", "  - body: |", "  hello"), `3:3  ${COLUMN}`],
    [
      "a text below a line of spaces",
      lines("body: |", "      ", "  hello"),
      "3:3  the file has a blank line with too many spaces before a text; remove them",
    ],
    [
      "a comma that is missing between lines",
      lines("hosts: [a.test", "  b: c]"),
      "1:9  the file needs a comma between this line and the next",
    ],
    [
      "a comma that is missing between strings",
      lines('hosts: ["a.test" "b.test"]'),
      "1:18  the file needs a comma before this",
    ],
    [
      "two commas",
      lines("hosts: [a.test, , b.test]"),
      "1:17  the file has a comma here with nothing before it; remove it",
    ],
    [
      "a dash without its space above a key",
      lines("hosts:", "  -a.test", "  b: c"),
      "2:3  the file needs a space after the dash: `- a.test`",
    ],
    [
      "a dash within braces",
      lines("hosts: { a: - b }"),
      "1:13  the file has a dash within brackets; write the items with commas between them",
    ],
    [
      "a key after a dash within brackets",
      lines("hosts: [ - a: b ]"),
      "1:10  the file has a dash within brackets; write the items with commas between them",
    ],
    [
      "text beside the mark of a document",
      lines("--- hosts: [a.test]"),
      "1:5  the file has text beside ---; begin it in the next line",
    ],
    [
      "a directive of YAML",
      lines("%YAML 1.2", "hosts: [a.test]"),
      "1:1  the file has a line that begins with %, which YAML reserves; if it is a string, put it in quotes",
    ],
    [
      "a very long key",
      lines("hosts: [a.test]", `${"k".repeat(1_100)}: 1`),
      "2:1  the file has a key of more than 1,024 characters here; is a colon or a quote missing before it?",
    ],
    [
      "a very long tag",
      lines(`hosts: !${"x".repeat(60)} a.test`),
      `1:8  the file has the tag !${"x".repeat(39)}, and a site file has no tags; if it is a string, put it in quotes`,
    ],
    [
      "an escape character",
      lines("hosts: [\u001b]"),
      '1:9  the file has the control character U+001B here; remove it, or write "\\u001b" in double quotes',
    ],
    [
      "some control characters",
      lines(`hosts: [${"\u0001".repeat(7)}]`),
      '1:9  the file has the control character U+0001 here; remove it, or write "\\u0001" in double quotes',
    ],
    [
      "many control characters",
      lines(`hosts: [${"\u0001".repeat(8)}]`),
      "1:9  the file is not a text: it has binary data here",
    ],
    [
      "many control characters, but not at the beginning",
      lines("hosts: [\u0001]", `# ${"x".repeat(4_096)}${"\u0001".repeat(8)}`),
      '1:9  the file has the control character U+0001 here; remove it, or write "\\u0001" in double quotes',
    ],
    ["four letters of another encoding", "a\0b\0c\0d\0", "1:2  the file is UTF-16; save it as UTF-8"],
    ["its other byte order", "\0a\0b\0c\0d", "1:1  the file is UTF-16; save it as UTF-8"],
    [
      "control characters between letters",
      "ab\0c\0d\0e\0f",
      '1:3  the file has the control character U+0000 here; remove it, or write "\\u0000" in double quotes',
    ],
    [
      "a tab below a blank line and a comment",
      lines("hosts: [a.test]", "pools:", "  web:", "", "  # origins", " \t   origins: []"),
      "6:2  the file is indented with a tab; YAML accepts only spaces",
    ],
    [
      "two commas, behind a tab that does no harm",
      lines("hosts:\t[a, , b]"),
      "1:12  the file has a comma here with nothing before it; remove it",
    ],
    [
      "two commas, behind an odd space that does no harm",
      lines("hosts: [a\u00a0b, , c]"),
      "1:14  the file has a comma here with nothing before it; remove it",
    ],
    [
      "a line without a colon that could end a key",
      lines("a b:c", "routes: []"),
      "1:1  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a comma that is missing below a dash",
      lines("hosts: [a - b", "  c: d]"),
      "1:9  the file needs a comma between this line and the next",
    ],
    [
      "a comma that is missing below a negative number",
      lines("hosts: [-1", "  c: d]"),
      "1:9  the file needs a comma between this line and the next",
    ],
    [
      "a line without a colon that has a dash",
      lines("a-b", "routes: []"),
      "1:1  the file has a line without a colon here; write `key: value`",
    ],
    [
      "a directive below a percentage",
      lines("# 100% mine", "%YAML 1.2", "hosts: [a.test]"),
      "2:1  the file has a line that begins with %, which YAML reserves; if it is a string, put it in quotes",
    ],
    ["another encoding", "h\0o\0s\0t\0s\0:\0", "1:2  the file is UTF-16; save it as UTF-8"],
  ];
  it.each(rows)("%s", (_what, text, problem) => expect(problemsInFile(text)).toEqual([`a.yaml:${problem}`]));

  it.each<[string, string, string]>([
    [
      "a dash without its space",
      lines("hosts:", "  -a.test", "  -b.test"),
      "write a space after the dash: `- a.test`",
    ],
    [
      "a dash without its space before a key",
      lines("hosts: [a.test]", "routes:", "  -id: x"),
      "write a space after the dash: `- id`",
    ],
    [
      "a colon without its space",
      lines("hosts: [a.test]", "routes:", "  - id:x"),
      "write a space after the colon: `id: …`",
    ],
    [
      "a space from a web page",
      lines("hosts: [a.test]", "\u00a0routes: []"),
      "it begins with a space that is none to YAML; write an ordinary space in its place",
    ],
    ["another language", lines("hosts = [a.test]"), "write `key: value`"],
  ])("also where it makes a valid text of another meaning: %s", (_what, text, hint) => {
    expect(problemsInFile(text).filter((problem) => problem.endsWith(`; ${hint}`))).toHaveLength(1);
  });
});

const VARIED = `# A shop.
hosts: [shop.example.com, "*.shop.example.com"]
pools:
  web:
    origins:
      - { id: fra, url: "https://fra.example.net", weight: 3 }
      - id: iad
        url: 'https://iad.example.net'
routes:
  - &api
    id: api
    match: { path: "/api/*", method: [GET, POST] }
    to: web
  - <<: *api
    id: rest
    match: { path: [/a, /b] }
  - id: hello
    respond:
      body: |
        hello: you
        "all"
security: strict
`;

const SITES = path.join(import.meta.dirname, "../../../sites");
const examples = [
  "demo.yaml",
  ...readdirSync(path.join(SITES, "examples"))
    // One of them names a page in a file beside it, which is not read here.
    .filter((name) => isSiteFile(name) && name !== "errors-of-its-own.yaml")
    .map((name) => `examples/${name}`),
];

/** Of the examples, each place that this divides. With more runs every place of every file, which takes minutes. */
const STRIDE = Number(process.env.SITE_FILE_RUNS ?? 150) > 150 ? 1 : 97;

describe("a file with any slip has few problems, each with a place in the file", () => {
  const files: [name: string, text: string, stride: number][] = [
    ["a varied one", VARIED, 1],
    ...examples.map((name): [string, string, number] => [
      name,
      readFileSync(path.join(SITES, name), "utf8"),
      STRIDE,
    ]),
  ];

  it("is right without one", () => {
    for (const [, text] of files) expect(problemsInFile(text)).toEqual([]);
  });

  it.each(files)("cut off anywhere: %s", { timeout: 60_000 }, (_name, text, stride) => {
    for (let at = 0; at < text.length; at += stride) holdsFor(text.slice(0, at));
  });

  for (const inserted of ["\t", ":", '"', "'", "\0", "-", "["]) {
    it.each(files)(
      `with ${JSON.stringify(inserted)} anywhere: %s`,
      { timeout: 60_000 },
      (_name, text, stride) => {
        for (let at = 0; at <= text.length; at += stride)
          holdsFor(text.slice(0, at) + inserted + text.slice(at));
      },
    );
  }
});

const FEW = 5;

function holdsFor(text: string): void {
  const read = readSiteFile(text, "any.yaml");
  if (read.ok) return;
  const lines = text.replace(/\n$/, "").split("\n");
  expect(read.error.length).toBeLessThanOrEqual(FEW);
  for (const { message, line, column } of read.error) {
    expect(message).not.toMatch(/bug of Headgate|cannot be read/);
    const isInside = column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1;
    if (!isInside) throw new Error(`${line}:${column} is not in the file: ${message}`);
  }
}
