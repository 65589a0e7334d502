// The variants of a key: which one is for this request, and how a new one joins them. RFC 9111 §4.1.
import type { Asked } from "../message.ts";
import { ENTRY_FORMAT, type Variant, type VariantIndex } from "./entry.ts";
import { mostWantedLanguage } from "./normalise.ts";
import type { CacheRules } from "./rules.ts";
import { selectorNamed } from "./selectors.ts";

/** A key with more variants than this has a Vary that tells no variants apart, but clients. */
export const MAX_VARIANTS = 64;

const LANGUAGE = "vary:accept-language";

/** The newest whose selectors all fit; undefined where none does. */
export function chooseVariant(index: VariantIndex, asked: Asked, rules: CacheRules): Variant | undefined {
  const values = new Map<string, string | undefined>();
  const valueFor = (name: string) => {
    if (!values.has(name)) values.set(name, selectorNamed(name, rules)?.valueFor(asked));
    return values.get(name);
  };
  return index.variants.find((variant) =>
    Object.entries(variant.selectors).every(
      ([name, value]) => valueFor(name) === value || (name === LANGUAGE && speaks(variant, asked)),
    ),
  );
}

/** With the variant in front, one of the same selectors replaced, and the oldest left out where there are too many. */
export function addVariant(
  index: VariantIndex | undefined,
  variant: Variant,
  keepUntil: number,
): { index: VariantIndex; dropped: readonly Variant[] } {
  const others = (index?.variants ?? []).filter((other) => other.key !== variant.key);
  return {
    index: {
      kind: "variants",
      format: ENTRY_FORMAT,
      variants: [variant, ...others.slice(0, MAX_VARIANTS - 1)],
      keepUntil: Math.max(keepUntil, index?.keepUntil ?? 0),
    },
    dropped: others.slice(MAX_VARIANTS - 1),
  };
}

/** Whoever wants German most gets the German variant, whatever else they would have taken (RFC 9110 §12.5.4). */
function speaks(variant: Variant, asked: Asked): boolean {
  const wanted = mostWantedLanguage(asked.headers.get("accept-language"));
  return wanted !== undefined && variant.language?.toLowerCase() === wanted;
}
