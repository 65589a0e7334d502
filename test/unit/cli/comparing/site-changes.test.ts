import { describe, expect, it } from "vitest";
import { changeSentence } from "../../../../cli/comparing/change-sentence.ts";
import { type ComparedSite, changesBetween } from "../../../../cli/comparing/site-changes.ts";
import { readSiteFile } from "../../../../shared/site/read-site-file.ts";

const BASE = `hosts: [shop.test, www.test]
pools:
  web:
    origins:
      - { id: a, url: "https://a.test", weight: 3 }
      - { id: b, url: "https://b.test" }
    timeout: { firstByte: 5s }
routes:
  - { id: old, match: { path: [/old/*, /older/*] }, redirect: { to: /new/*, status: 308 } }
  - { id: assets, match: { path: /assets/* }, cache: { ttl: 1h }, to: web }
  - { id: rest, to: web }
`;

function siteIn(text: string): ComparedSite {
  const read = readSiteFile(text, "site.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const edited = (from: string, to: string) => {
  expect(BASE).toContain(from);
  return changesBetween(siteIn(BASE), siteIn(BASE.replace(from, to))).map(changeSentence);
};

describe("what changes in a site", () => {
  it("is nothing where only its writing differs: comments, order of keys, a default written out", () => {
    expect(edited("hosts:", "# The shop.\nhosts:")).toEqual([]);
    expect(edited('{ id: b, url: "https://b.test" }', '{ url: "https://b.test", weight: 1, id: b }')).toEqual(
      [],
    );
    expect(edited("timeout: { firstByte: 5s }", "timeout: { firstByte: 5000ms }")).toEqual([]);
  });

  it.each<[what: string, from: string, to: string, sentences: string[]]>([
    ["a value, as it is written", "ttl: 1h", "ttl: 5m", ["route assets: cache.ttl was 1h, is 5m"]],
    ["a value of an origin", "weight: 3", "weight: 2", ["pool web, origin a: weight was 3, is 2"]],
    [
      "a value that was the default",
      '"https://b.test" }',
      '"https://b.test", weight: 4 }',
      ["pool web, origin b: weight was 1 (the default), is 4"],
    ],
    [
      "defaults, in the unit in which the key is written",
      "timeout: { firstByte: 5s }",
      "timeout: { firstByte: 5s }\n    outlier: { eject: 30s, maxEjected: 50%, consecutive: 5 }\n    retry: { maxBody: 1MiB }",
      [
        "pool web: retry.maxBody was 64KiB (the default), is 1MiB",
        "pool web: outlier.consecutive was 3 (the default), is 5",
        "pool web: outlier.eject was 10s (the default), is 30s",
        "pool web: outlier.maxEjected was 100% (the default), is 50%",
      ],
    ],
    ["a value of a pool", "firstByte: 5s", "firstByte: 8s", ["pool web: timeout.firstByte was 5s, is 8s"]],
    [
      "a value that is new",
      "ttl: 1h",
      "ttl: 1h, staleIfError: 1d",
      ["route assets: cache.staleIfError: 1d is new"],
    ],
    ["a value that is gone", "status: 308", "", ["route old: redirect.status was 308, is 302 (the default)"]],
    ["a host", "www.test", "m.test", ["hosts: www.test is gone", "hosts: m.test is new"]],
    ["a pattern", ", /older/*", "", ["route old: match.path: /older/* is gone"]],
    [
      "the order of patterns",
      "[/old/*, /older/*]",
      "[/older/*, /old/*]",
      ["route old: match.path: the order was /old/*, /older/*, is /older/*, /old/*"],
    ],
    [
      "an origin",
      '      - { id: b, url: "https://b.test" }\n',
      "",
      ['pool web, origin b is gone: {"id":"b","url":"https://b.test"}'],
    ],
    [
      "a route",
      "  - { id: rest, to: web }\n",
      "  - { id: api, match: { path: /api/* }, to: web }\n  - { id: rest, to: web }\n",
      ['route api is new: {"id":"api","match":{"path":"/api/*"},"to":"web"}'],
    ],
    [
      "what a route does",
      "cache: { ttl: 1h }",
      "cache: off",
      ['route assets: cache was {"ttl":"1h"}, is off'],
    ],
  ])("is %s", (_what, from, to, sentences) => {
    expect(edited(from, to)).toEqual(sentences);
  });

  it("is the order of the routes, which decides", () => {
    const [old = "", assets = ""] = BASE.split("\n").slice(8, 10);
    expect(edited(`${old}\n${assets}`, `${assets}\n${old}`)).toEqual([
      "routes: the order was old, assets, rest, is assets, old, rest",
    ]);
  });

  it("is told with whole values as data, and shortened in words", () => {
    const long = `/${"x".repeat(500)}`;
    const changes = changesBetween(siteIn(BASE), siteIn(BASE.replace("to: /new/*", `to: ${long}`)));
    expect(changes).toEqual([
      { path: ["routes", "old", "redirect", "to"], change: "changed", before: "/new/*", after: long },
    ]);
    expect(changes.map(changeSentence)[0]?.length).toBeLessThan(200);
  });

  it("shows nothing on a terminal that the file could use to deceive", () => {
    const [sentence] = changesBetween(
      siteIn(BASE),
      siteIn(BASE.replace("  - { id: rest, to: web }", '  - { id: rest, respond: { body: "\\e[2J" } }')),
    ).map(changeSentence);
    expect(sentence).not.toContain("\u001b");
  });
});
