import { describe, expect, it } from "vitest";
import type { Variant, VariantIndex } from "../../../worker/caching/entry.ts";
import { addVariant, chooseVariant, MAX_VARIANTS } from "../../../worker/caching/law/variants.ts";
import { aSelectingRequest, someRules } from "./an-entry.ts";

const variant = (
  key: string,
  selectors: Record<string, string>,
  language: string | null = null,
): Variant => ({ key, selectors, language });

function indexOf(...variants: Variant[]): VariantIndex {
  return (
    variants.reduceRight<VariantIndex | undefined>(
      (index, one) => addVariant(index, one, 1_000).index,
      undefined,
    ) ?? addVariant(undefined, variant("", {}), 0).index
  );
}

const choose = (
  index: VariantIndex,
  headers: Record<string, string>,
  config: Parameters<typeof someRules>[0] = {},
) => chooseVariant(index, aSelectingRequest({ headers }), someRules(config))?.key;

describe("chooseVariant", () => {
  const index = indexOf(
    variant("one", { "vary:foo": "~1" }),
    variant("two", { "vary:foo": "~2", "vary:bar": "-" }),
  );
  it("takes the one whose selectors all fit", () => {
    expect(choose(index, { foo: "1", bar: "x" })).toBe("one");
    expect(choose(index, { foo: "2" })).toBe("two");
  });
  it("takes none where one selector does not fit", () => {
    expect(choose(index, { foo: "2", bar: "x" })).toBeUndefined();
    expect(choose(index, {})).toBeUndefined();
  });
  it("takes the newest of several", () => {
    expect(
      choose(indexOf(variant("new", { "vary:foo": "~1" }), variant("old", { "vary:bar": "-" })), {
        foo: "1",
      }),
    ).toBe("new");
  });
  it("takes none that a route chose by what it has forgotten", () => {
    const stored = indexOf(variant("one", { "cookie:ab": "=1" }));
    expect(choose(stored, { cookie: "ab=1" })).toBeUndefined();
    expect(choose(stored, { cookie: "ab=1" }, { key: { cookie: ["ab"] } })).toBe("one");
  });
});

describe("a field that cannot be read", () => {
  it("equals nothing, itself included", () => {
    const stored = indexOf(variant("one", { "vary:x-user": "=J\ufffdrg" }));
    expect(choose(stored, { "x-user": "J\u00c3\u00b6rg" })).toBeUndefined();
  });
});

describe("the language that is wanted most", () => {
  const german = indexOf(variant("de", { "vary:accept-language": "~de" }, "de"));
  it("finds the response in it, whatever else is accepted", () => {
    expect(choose(german, { "accept-language": "DE, fr;q=0.9, en;q=0.1" })).toBe("de");
  });
  it("does not find one in a language that is wanted less", () => {
    expect(choose(german, { "accept-language": "fr, de;q=0.9" })).toBeUndefined();
  });
  it("does not find one where two are wanted alike", () => {
    expect(choose(german, { "accept-language": "fr, de" })).toBeUndefined();
  });
  it("finds one that was chosen among languages that are wanted alike", () => {
    const either = indexOf(variant("either", { "vary:accept-language": "~de,en" }, "de"));
    expect(choose(either, { "accept-language": "fr;q=0.5, de;q=1.0" })).toBe("either");
    expect(choose(either, { "accept-language": "en" })).toBeUndefined();
  });
  it("does not stand above the very same field", () => {
    const two = indexOf(
      variant("en first", { "vary:accept-language": "~de>en" }, "de"),
      variant("de", { "vary:accept-language": "~de" }, "de"),
    );
    expect(choose(two, { "accept-language": "de" })).toBe("de");
    expect(choose(two, { "accept-language": "de, fr;q=0.5" })).toBe("en first");
  });
  it("is not known of a field that is no list of languages: an origin may print it", () => {
    const hostile = indexOf(variant("zz", { "vary:accept-language": "=zz<script>" }, "de"));
    expect(choose(hostile, { "accept-language": "de" })).toBeUndefined();
    expect(choose(hostile, { "accept-language": "zz<script>" })).toBe("zz");
  });
  it("is not that of a client who was given German for want of something better", () => {
    const fallback = indexOf(variant("zz", { "vary:accept-language": "~zz" }, "de"));
    expect(choose(fallback, { "accept-language": "de" })).toBeUndefined();
  });
  it("does not count where the route compares the field byte for byte", () => {
    const exact = indexOf(variant("de", { "vary:accept-language": "=de" }, "de"));
    const pass = { vary: { "accept-language": "pass" } } as const;
    expect(choose(exact, { "accept-language": "de, en;q=0.1" }, pass)).toBeUndefined();
    expect(choose(exact, { "accept-language": "de" }, pass)).toBe("de");
  });
  it("is found however the origin writes it", () => {
    const capitals = indexOf(variant("de", { "vary:accept-language": "~de" }, "DE"));
    expect(choose(capitals, { "accept-language": "de, fr;q=0.9" })).toBe("de");
  });
  it("is not found where the field has more than languages, as sent or as stored", () => {
    expect(choose(german, { "accept-language": "de;x=1" })).toBeUndefined();
    const raw = indexOf(variant("raw", { "vary:accept-language": "=de" }, "de")); // a route that compared bytes
    expect(choose(raw, { "accept-language": "de, fr;q=0.9" })).toBeUndefined();
  });
  it("is read from no other field", () => {
    const other = indexOf(variant("de", { "vary:foo": "~de" }, "de"));
    expect(choose(other, { foo: "de;x" })).toBeUndefined();
  });
  it("makes up for no other selector", () => {
    const two = indexOf(variant("de", { "vary:accept-language": "~de", "vary:foo": "~1" }, "de"));
    expect(choose(two, { "accept-language": "de, en;q=0.1", foo: "2" })).toBeUndefined();
  });
});

describe("addVariant", () => {
  it("begins an index where there is none", () => {
    expect(addVariant(undefined, variant("a", {}), 5)).toEqual({
      index: { kind: "variants", format: 4, variants: [variant("a", {})], keepUntil: 5 },
      dropped: [],
    });
  });
  it("keeps 64 variants at most (docs/caching.md)", () => expect(MAX_VARIANTS).toBe(64));
  it("puts the newest first", () => {
    const { index } = addVariant(indexOf(variant("a", { x: "1" })), variant("b", { x: "2" }), 5);
    expect(index.variants.map(({ key }) => key)).toEqual(["b", "a"]);
  });
  it("replaces the one of the same key", () => {
    const { index, dropped } = addVariant(
      indexOf(variant("a", { x: "1" }), variant("b", { x: "2" })),
      variant("b", { x: "2" }, "de"),
      5,
    );
    expect(index.variants).toEqual([variant("b", { x: "2" }, "de"), variant("a", { x: "1" })]);
    expect(dropped).toEqual([]);
  });
  it("drops the oldest where there are too many", () => {
    const many = indexOf(...Array.from({ length: MAX_VARIANTS }, (_, n) => variant(`${n}`, { x: `${n}` })));
    const { index, dropped } = addVariant(many, variant("new", { x: "new" }), 5);
    expect(index.variants).toHaveLength(MAX_VARIANTS);
    expect(index.variants[0]?.key).toBe("new");
    expect(dropped.map(({ key }) => key)).toEqual([`${MAX_VARIANTS - 1}`]);
  });
  it("is kept for as long as its longest-lived variant", () => {
    const long = addVariant(undefined, variant("a", {}), 9_000).index;
    expect(addVariant(long, variant("b", {}), 5_000).index.keepUntil).toBe(9_000);
    expect(addVariant(long, variant("b", {}), 10_000).index.keepUntil).toBe(10_000);
  });
});
