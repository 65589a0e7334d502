import { describe, expect, it } from "vitest";
import { tagsOf, withOthers } from "../../../worker/caching/law/tags.ts";
import { anEntry } from "./an-entry.ts";

describe("the tags of a response", () => {
  const cases: [name: string, fields: Record<string, string>, tags: string[]][] = [
    ["none, as almost always", { etag: '"a"' }, []],
    [
      "Cache-Tag: separated by commas",
      { "cache-tag": "product-1, list ,,shop" },
      ["product-1", "list", "shop"],
    ],
    ["Cache-Tag: a tag may have a blank inside", { "cache-tag": "front page,a" }, ["front page", "a"]],
    [
      "Surrogate-Key: separated by blanks",
      { "surrogate-key": "product-1  list\tshop" },
      ["product-1", "list", "shop"],
    ],
    ["Surrogate-Key: two fields, joined by a comma", { "surrogate-key": "a b, c" }, ["a", "b", "c"]],
    ["Cache-Groups: strings (RFC 9875)", { "cache-groups": '"scripts", "a b";x=1' }, ["scripts", "a b"]],
    ["Cache-Groups: members of other types are ignored", { "cache-groups": '"a", token, ("b"), 1' }, ["a"]],
    ["Cache-Groups: nothing if it cannot be parsed", { "cache-groups": '"a", "b' }, []],
    [
      "each once, whichever field names it",
      { "cache-tag": "b,a,b", "surrogate-key": "a c" },
      ["b", "a", "c"],
    ],
    [
      "none that is far too long",
      { "cache-tag": `a,${"b".repeat(1_025)},${"c".repeat(1_024)}` },
      ["a", "c".repeat(1_024)],
    ],
  ];
  it.each(cases)("%s", (_name, fields, tags) => expect(tagsOf(new Headers(fields))).toEqual(tags));

  it("are a thousand at most", () => {
    const many = Array.from({ length: 1_002 }, (_, number) => `t${number}`);
    expect(tagsOf(new Headers({ "cache-tag": many.join(",") }))).toEqual(many.slice(0, 1_000));
  });

  it("are kept with what is stored, beside the host and the path that the client asked for", () => {
    expect(anEntry({ "cache-tag": "a,b" }).resource).toEqual({ host: "a.test", path: "/", tags: ["a", "b"] });
  });
});

describe("tags beside others", () => {
  it.each([
    [["a"], [], ["a"]],
    [[], ["a"], ["a"]],
    [
      ["a", "b"],
      ["b", "c"],
      ["a", "b", "c"],
    ],
  ])("%j, %j", (tags, others, all) => expect(withOthers(tags, others)).toEqual(all));

  it("are as many as those of one response", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    expect(withOthers(["new"], many)).toEqual(["new", ...many.slice(0, 999)]);
  });
});
