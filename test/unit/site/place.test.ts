import { describe, expect, it } from "vitest";
import { readDocument } from "../../../shared/site/file/document.ts";
import { offsetOf } from "../../../shared/site/file/place.ts";

/** The rest of the line at which the place points. */
function pointedAt(text: string, keys: readonly PropertyKey[], atKey = false): string {
  const { document } = readDocument(text);
  return text.slice(offsetOf(document, keys, atKey)).replace(/\n.*/s, "");
}

describe("the place of a value in a file", () => {
  const ROWS: [what: string, text: string, keys: PropertyKey[], rest: string][] = [
    ["the file", "# a site\nhosts: [a]\n", [], "hosts: [a]"],
    ["an empty file", "", ["hosts"], ""],
    ["a value", "hosts: a\nlog: b\n", ["log"], "b"],
    ["an entry of a list", "hosts: [a, b]", ["hosts", 1], "b]"],
    ["an entry of a block list", "hosts:\n  - a\n  - b\n", ["hosts", 1], "b"],
    ["a list in brackets", "hosts: [a, b]", ["hosts"], "[a, b]"],
    ["keys in braces", "log: { sample: 1 }", ["log"], "{ sample: 1 }"],
    ["an empty text in quotes", "hosts: ''", ["hosts"], "''"],
    ["null in letters", "hosts: null", ["hosts"], "null"],
    ["a value below a key", "log:\n  sample: 1\n", ["log", "sample"], "1"],
    ["a block: its key", "log:\n  sample: 1\n", ["log"], "log:"],
    ["a block list: its key", "hosts:\n  - a\n", ["hosts"], "hosts:"],
    ["nothing: its key", "hosts:\nlog: 1\n", ["hosts"], "hosts:"],
    ["a key alone in braces: the key", "{ hosts, log: 1 }", ["hosts"], "hosts, log: 1 }"],
    ["a key that is missing: the one above", "log:\n  sample: 1\n", ["log", "query"], "log:"],
    ["an entry that is missing: the list", "log: 1\nhosts: [a, b]", ["hosts", 2], "hosts: [a, b]"],
    ["one value for a list: its key", "log: 1\npath: /a\n", ["path", 0], "path: /a"],
    ["a header name: in any spelling", "set: { A: 1, X-Edge: 2 }", ["set", "x-edge"], "2 }"],
    ["a header name twice: in its own spelling", "set: { X-A: 1, x-a: 2 }", ["set", "x-a"], "2 }"],
    ["an alias: where the value is written", "a: &a { b: 1 }\nc: *a\n", ["c", "b"], "1 }"],
    ["an alias of a list", "a: &a [x, y]\nc: *a\n", ["c", 1], "y]"],
    ["an alias in a list", "a: &a { b: 1 }\nc: [*a]\n", ["c", 0, "b"], "1 }"],
    ["a merged key", "a: &a { b: 1 }\nc: { <<: *a, d: 2 }\n", ["c", "b"], "1 }"],
    ["a key of its own beside a merged one", "a: &a { b: 1 }\nc: { <<: *a, b: 2 }\n", ["c", "b"], "2 }"],
    ["a merged header name", "a: &a { X-A: 1 }\nc: { <<: *a }\n", ["c", "x-a"], "1 }"],
    [
      "a key merged from one of several",
      "a: &a { b: 1 }\nc: &c { d: 2 }\ne: { <<: [*a, *c] }\n",
      ["e", "d"],
      "2 }",
    ],
    ["a key merged from several", "a: &a { b: 1 }\nc: &c { b: 2 }\ne: { <<: [*a, *c] }\n", ["e", "b"], "1 }"],
    [
      "a key merged into what is merged",
      "a: &a { b: 1 }\nc: &c { <<: *a }\ne: { <<: *c }\n",
      ["e", "b"],
      "1 }",
    ],
    [
      "a key that is merged nowhere",
      "a: &a { b: 1 }\nc: { <<: *a, d: { e: 3 } }\n",
      ["c", "e"],
      "c: { <<: *a, d: { e: 3 } }",
    ],
  ];
  it.each(ROWS)("%s", (_what, text, keys, rest) => expect(pointedAt(text, keys)).toBe(rest));
});

describe("the place of a key in a file", () => {
  const ROWS: [what: string, text: string, keys: PropertyKey[], rest: string][] = [
    ["a key", "hosts: [a]\nlog: b\n", ["log"], "log: b"],
    ["a key below a key", "log: { sample: 1 }", ["log", "sample"], "sample: 1 }"],
    ["a header name", "set: { X-Edge: 2 }", ["set", "x-edge"], "X-Edge: 2 }"],
    ["an entry of a list, which has no key", "hosts: [a, b]", ["hosts", 1], "b]"],
    ["a merged key", "a: &a { b: 1 }\nc: { <<: *a }\n", ["c", "b"], "b: 1 }"],
  ];
  it.each(ROWS)("%s", (_what, text, keys, rest) => expect(pointedAt(text, keys, true)).toBe(rest));
});
