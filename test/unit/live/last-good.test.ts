import { describe, expect, it } from "vitest";
import type { LoadedSite } from "../../../cli/judge-file.ts";
import { differenceBetween, NOTHING_SERVED, servedAfter, textsOf } from "../../../cli/live/last-good.ts";
import { readSiteFile } from "../../../shared/site/read-site-file.ts";

function aSite(file: string, hosts: string[], version: string): LoadedSite {
  const text = JSON.stringify({ hosts, routes: [{ id: "r", respond: { body: version } }] });
  const read = readSiteFile(text, file);
  if (!read.ok) throw new Error("not a site");
  return { ...read.value, file, version, stored: `headgate 0\n${version}` };
}
const aProblem = (file: string) => ({ file, line: 1, column: 1, path: "", message: "is broken" });

describe("what is served after the files were read again", () => {
  const a1 = aSite("a.yaml", ["a.test"], "a1");
  const a2 = aSite("a.yaml", ["a.test"], "a2");
  const b = aSite("b.yaml", ["b.test"], "b");
  const before = servedAfter(NOTHING_SERVED, { sites: [a1, b], problems: [] });

  it("takes what is good", () => {
    const after = servedAfter(before, { sites: [a2, b], problems: [] });
    expect([...after.values()]).toEqual([a2, b]);
    expect(differenceBetween(before, after)).toEqual({ live: [a2], gone: [] });
  });

  it("keeps the last good site of a file that is broken", () => {
    const after = servedAfter(before, { sites: [b], problems: [aProblem("a.yaml")] });
    expect(after.get("a.yaml")).toBe(a1);
    expect(differenceBetween(before, after)).toEqual({ live: [], gone: [] });
  });

  it("keeps the last good site where the file itself is fine and its host is taken", () => {
    const thief = aSite("b.yaml", ["a.test"], "thief");
    const after = servedAfter(before, { sites: [a1, thief], problems: [aProblem("b.yaml")] });
    expect(after.get("b.yaml")).toBe(b);
  });

  it("serves nothing for a file that was never good", () => {
    const after = servedAfter(before, { sites: [a1, b], problems: [aProblem("c.yaml")] });
    expect([...after.keys()]).toEqual(["a.yaml", "b.yaml"]);
  });

  it("lets go of a file that is gone", () => {
    const after = servedAfter(before, { sites: [a1], problems: [] });
    expect(differenceBetween(before, after)).toEqual({ live: [], gone: ["b.yaml"] });
    expect([...textsOf(after).keys()]).toEqual(["a.test"]);
  });

  // Before: the kept site had the host again as soon as the other file changed.
  it("gives a host to the good file where a kept site names it too, for good", () => {
    const newOwner = aSite("b.yaml", ["a.test"], "b2");
    const after = servedAfter(before, { sites: [newOwner], problems: [aProblem("a.yaml")] });
    expect(textsOf(after).get("a.test")).toBe(newOwner.stored);
    expect(after.get("a.yaml")?.site.hosts).toEqual([]);
    expect(differenceBetween(before, after).live).toEqual([newOwner]);
  });

  it("tells that a site is live that has got its host back", () => {
    const other = aSite("b.yaml", ["a.test"], "b2");
    const without = servedAfter(before, { sites: [other], problems: [aProblem("a.yaml")] });
    const again = servedAfter(without, { sites: [a1, b], problems: [] });
    expect(differenceBetween(without, again).live).toEqual([a1, b]);
  });

  it("stores a site once, and pointers under its further hosts", () => {
    const site = aSite("c.yaml", ["c.test", "www.c.test"], "c");
    const texts = textsOf(servedAfter(NOTHING_SERVED, { sites: [site], problems: [] }));
    expect(texts.get("c.test")).toBe(site.stored);
    expect(texts.get("www.c.test")).toBe('{"sameAs":"c.test"}');
  });
});
