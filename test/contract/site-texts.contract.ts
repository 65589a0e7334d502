// What every store of site texts keeps to: one spec, run for each adapter of the port.
import { describe, expect, it } from "vitest";
import type { SiteTexts } from "../../worker/ports.ts";

type Make = (texts: Readonly<Record<string, string>>) => Promise<SiteTexts>;

export function siteTextsContract(name: string, make: Make): void {
  describe(`${name} keeps the contract of site texts`, () => {
    it("finds what is stored under a host, a wildcard, a star", async () => {
      const sites = await make({ "shop.test": "one", "*.shop.test": "two", "*": "three" });
      expect(await sites.read("shop.test")).toBe("one");
      expect(await sites.read("*.shop.test")).toBe("two");
      expect(await sites.read("*")).toBe("three");
    });

    it("finds a pattern as it is written, and interprets none", async () => {
      const sites = await make({ "*.only.test": "wildcard" });
      expect(await sites.read("www.only.test")).toBeUndefined();
      expect(await sites.read("only.test")).toBeUndefined();
    });

    it("finds nothing, and no fault, where nothing is stored", async () => {
      const sites = await make({ "here.test": "text" });
      for (const pattern of ["nowhere.test", "*.nowhere.test", "127.0.0.1", "[::1]", "a".repeat(253)]) {
        expect(await sites.read(pattern)).toBeUndefined();
      }
    });

    it("finds nothing under the names that every object has", async () => {
      const sites = await make({});
      for (const name of ["constructor", "__proto__", "toString", "hasownproperty"]) {
        expect(await sites.read(name)).toBeUndefined();
      }
    });

    it("gives a text back as it is: empty, broken, of any script, large", async () => {
      const large = JSON.stringify({ filler: "x".repeat(1_000_000) });
      const sites = await make({
        "empty.test": "",
        "broken.test": "{",
        "script.test": '{"é":"日本 🌍"}',
        "large.test": large,
      });
      expect(await sites.read("empty.test")).toBe("");
      expect(await sites.read("broken.test")).toBe("{");
      expect(await sites.read("script.test")).toBe('{"é":"日本 🌍"}');
      expect(await sites.read("large.test")).toBe(large);
    });

    it("lists its patterns in order, a page at a time", async () => {
      const sites = await make({ "*": "x", "~a.test": "x", "~b.test": "x", "~c.test": "x", "~d.test": "x" });
      const page = (after: string | undefined, limit: number) => sites.patterns?.({ after, limit });
      expect((await page(undefined, 1_000))?.at(0)).toBe("*");
      expect(await page("~", 2)).toEqual(["~a.test", "~b.test"]);
      expect(await page("~b.test", 2)).toEqual(["~c.test", "~d.test"]);
      expect(await page("~d.test", 2)).toEqual([]);
    });

    it("gives the same text to many readers at once", async () => {
      const sites = await make({ "many.test": "text" });
      const texts = await Promise.all(Array.from({ length: 50 }, () => sites.read("many.test")));
      expect(new Set(texts)).toEqual(new Set(["text"]));
    });
  });
}
