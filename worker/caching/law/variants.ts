// The variants of a key: which one matches this request, and how a new one is added. RFC 9111 §4.1.
import type { SelectingRequest } from "../../rewriting/as-sent.ts";
import { ENTRY_FORMAT, type Variant, type VariantIndex } from "../entry.ts";
import { mostWantedLanguages } from "./normalise.ts";
import { BY_MEANING, type SelectingRules, selectorNamed } from "./selectors.ts";

/** With more variants than this, Vary distinguishes clients and not variants. */
export const MAX_VARIANTS = 64;

const LANGUAGE = "vary:accept-language";

/**
 * The newest variant whose selectors all match. Otherwise one that differs only in how its languages are written, and that
 * the origin would also have chosen. Undefined if there is neither.
 */
export function chooseVariant(
  index: VariantIndex,
  request: SelectingRequest,
  rules: SelectingRules,
): Variant | undefined {
  const values = new Map<string, string | undefined>();
  const valueFor = (name: string) => {
    if (!values.has(name)) values.set(name, selectorNamed(name, rules)?.valueFor(request));
    return values.get(name);
  };
  const fits = (variant: Variant, differs: (name: string, value: string) => boolean) =>
    Object.entries(variant.selectors).every(
      ([name, value]) => valueFor(name) === value || !differs(name, value),
    );
  return (
    index.variants.find((variant) => fits(variant, () => true)) ??
    index.variants.find((variant) =>
      fits(variant, (name, value) => name !== LANGUAGE || !speaks(variant, value, valueFor(name))),
    )
  );
}

/** Adds the variant in front, replaces one with the same selectors, and drops the oldest beyond the limit. */
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
      keepUntil: Math.max(keepUntil, index?.keepUntil ?? keepUntil),
    },
    dropped: others.slice(MAX_VARIANTS - 1),
  };
}

/**
 * A client preferred German and got German: the origin gives this response to every client that prefers German
 * (RFC 9110 §12.5.4). Both fields must consist of language ranges only, because an origin may print what a client wrote.
 */
function speaks({ language }: Variant, stored: string, asked: string | undefined): boolean {
  if (!stored.startsWith(BY_MEANING) || !asked?.startsWith(BY_MEANING)) return false;
  const [wanted, ...others] = mostWantedLanguages(asked.slice(BY_MEANING.length));
  return (
    wanted !== undefined &&
    others.length === 0 &&
    wanted === language?.toLowerCase() &&
    mostWantedLanguages(stored.slice(BY_MEANING.length)).includes(wanted)
  );
}
