// Which purges are accepted, and under which names are they remembered?
import { describe, expect, it } from "vitest";
import { MAX_PREFIX_SEGMENTS, namesOf } from "../../../worker/keeping/mark-names.ts";
import {
  applyPurge,
  MAX_SPREAD_MS,
  type PurgeCommand,
  type PurgeTarget,
} from "../../../worker/keeping/purge-command.ts";
import { NO_PURGES } from "../../../worker/keeping/purge-marks.ts";

const AT = { revision: 7, now: 1_000 };
const ALL: PurgeTarget = { by: "all" };

const applied = (command: Partial<PurgeCommand>) =>
  applyPurge(NO_PURGES, { kind: "purge", what: ALL, mode: "hard", overMs: 0, ...command }, AT);

function markOf(what: PurgeTarget): string | undefined {
  const marks = applied({ what });
  if (!marks.ok) throw new Error(marks.error.reason);
  return Object.keys(marks.value.exact)[0];
}

describe("a purge is remembered under a name", () => {
  const targets: [name: string, what: PurgeTarget][] = [
    ["a", { by: "all" }],
    ["h:a.test", { by: "host", host: "a.test" }],
    ["u:a.test/x?y=1", { by: "url", key: "a.test/x?y=1" }],
    ["u:/x", { by: "url", key: "/x" }],
    ["p:a.test/x", { by: "prefix", host: "a.test", path: "/x" }],
    ["p:a.test/x", { by: "prefix", host: "a.test", path: "/x/" }],
    ["p:a.test/x/y", { by: "prefix", host: "a.test", path: "/x//y//" }],
    ["p:a.test", { by: "prefix", host: "a.test", path: "/" }],
    ["t:news", { by: "tag", tag: "news" }],
    ["g:a.test news", { by: "tag", tag: "news", host: "a.test" }],
  ];
  it.each(targets)("%s", (name, what) => {
    expect(markOf(what)).toBe(name);
  });
});

describe("a response answers to", () => {
  const RESPONSE = { url: "a.test/x/y?z", hosts: ["a.test"], path: "/x/y", tags: ["news", "de"] };

  it("everything, its URL, its host, every prefix by whole segments, and its tags", () => {
    expect(new Set(namesOf(RESPONSE))).toEqual(
      new Set([
        ...["a", "u:a.test/x/y?z", "h:a.test", "p:a.test", "p:a.test/x", "p:a.test/x/y"],
        ...["t:news", "t:de", "g:a.test news", "g:a.test de"],
      ]),
    );
  });

  it.each([
    ["/", []],
    ["/x", ["/x"]],
    ["/x/", ["/x"]],
    ["/xy/z", ["/xy", "/xy/z"]],
    ["/x//y", ["/x", "/x/y"]],
    ["//x///", ["/x"]],
  ])("the prefixes of %s", (path, prefixes) => {
    const names = namesOf({ ...RESPONSE, path, tags: [] }).filter((name) => name.startsWith("p:"));
    expect([...new Set(names)]).toEqual(["p:a.test", ...prefixes.map((prefix) => `p:a.test${prefix}`)]);
  });

  it("the names of both hosts if it is asked for under another one than it was stored for", () => {
    const names = namesOf({ ...RESPONSE, hosts: ["a.test", "b.test"] });
    expect(names).toEqual(expect.arrayContaining(["h:a.test", "h:b.test", "p:b.test/x", "g:b.test news"]));
  });

  it("as many prefixes as a purge may name, however long its path is", () => {
    const deep = "/d".repeat(MAX_PREFIX_SEGMENTS - 1);
    const names = namesOf({ ...RESPONSE, path: deep + "/e".repeat(5_000) });
    expect(names).toContain(markOf({ by: "prefix", host: "a.test", path: deep }));
    expect(names.length).toBeLessThan(50);
  });
});

it("a purge may be spread over seven days, and take names as long as they can be", () => {
  expect(MAX_SPREAD_MS).toBe(7 * 86_400_000);
  const longest: Partial<PurgeCommand>[] = [
    { overMs: MAX_SPREAD_MS },
    { what: { by: "tag", tag: "x".repeat(1_024) } },
    { what: { by: "url", key: `a.test/${"x".repeat(16_384 - 7)}` } },
    { what: { by: "host", host: "a".repeat(253) } },
    { what: { by: "prefix", host: "a.test", path: "/d".repeat(MAX_PREFIX_SEGMENTS - 1) } },
  ];
  for (const command of longest) expect(applied(command).ok).toBe(true);
  for (const what of [
    { by: "url", key: `a.test/${"x".repeat(16_384 - 6)}` },
    { by: "host", host: "a".repeat(254) },
  ] as const)
    expect(applied({ what }).ok).toBe(false);
});

describe("a purge is refused", () => {
  const bad: [reason: string, command: object][] = [
    ["purge-of-nothing", { what: undefined }],
    ["purge-of-nothing", { what: {} }],
    ["purge-of-nothing", { what: { by: "colour" } }],
    ["bad-purge-mode", { mode: "gentle" }],
    ["bad-purge-spread", { overMs: -1 }],
    ["bad-purge-spread", { overMs: 0.5 }],
    ["bad-purge-spread", { overMs: MAX_SPREAD_MS + 1 }],
    ["bad-purge-url", { what: { by: "url", key: "" } }],
    ["bad-purge-url", { what: { by: "url", key: "a.test" } }],
    ["bad-purge-url", { what: { by: "url" } }],
    ["bad-purge-host", { what: { by: "host", host: "" } }],
    ["bad-purge-host", { what: { by: "host", host: "A.test" } }],
    ["bad-purge-host", { what: { by: "host", host: "a.test/x" } }],
    ["bad-purge-host", { what: { by: "prefix", path: "/x" } }],
    ["bad-purge-host", { what: { by: "tag", tag: "t", host: 7 } }],
    ["bad-purge-tag", { what: { by: "tag", tag: "" } }],
    ["bad-purge-tag", { what: { by: "tag", tag: "x".repeat(1_025) } }],
    ["bad-purge-prefix", { what: { by: "prefix", host: "a.test", path: "x" } }],
    ["bad-purge-prefix", { what: { by: "prefix", host: "a.test", path: "" } }],
    [
      "purge-prefix-too-deep",
      { what: { by: "prefix", host: "a.test", path: "/d".repeat(MAX_PREFIX_SEGMENTS) } },
    ],
  ];
  it.each(bad)("%s: %j", (reason, command) => {
    expect(applied(command as Partial<PurgeCommand>)).toEqual({ ok: false, error: { reason } });
  });
});
