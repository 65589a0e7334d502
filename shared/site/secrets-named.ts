// Which secrets does a site name, and where?
import type { SecretUse } from "../secrets/secret-value.ts";
import type { Site } from "./schema.ts";
import { secretNamed } from "./secret-name.ts";

export interface SecretNamed {
  /** The place in the site file. */
  readonly keys: readonly PropertyKey[];
  readonly name: string;
  /** Undefined where nothing is filled in. */
  readonly use: SecretUse | undefined;
}

/** Not in the tests, where the reference stands for what is filled in. */
export const secretsNamed = ({ tests: _, ...site }: Site): SecretNamed[] => within(site, []);

function within(value: unknown, keys: readonly PropertyKey[]): SecretNamed[] {
  if (typeof value === "string") return inText(value, keys);
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, at) => within(one, [...keys, at]));
  return Object.entries(value).flatMap(([key, one]) => within(one, [...keys, key]));
}

function inText(text: string, keys: readonly PropertyKey[]): SecretNamed[] {
  if (!text.includes("${secret:")) return [];
  const names = [...text.matchAll(/\$\$\{|\$\{secret:[^{}]*\}/g)].flatMap(
    ([found]) => secretNamed(found) ?? [],
  );
  return [...new Set(names)].map((name) => ({ keys, name, use: useAt(keys) }));
}

/** In the keys of a place, joined. */
const USES: readonly (readonly [place: RegExp, use: SecretUse])[] = [
  [/^(?:routes \d+ )?headers (?:request|response) (?:set|add) ./, "field"],
  [/^routes \d+ respond headers ./, "field"],
  [/^routes \d+ rewrite query set /, "parameter"],
  [/^pools \S+ sorry respond headers ./, "field"],
  [/^pools \S+ health headers ./, "field"],
  [/^pools \S+ health webhook$/, "url"],
  [/^lists \S+ url$/, "url"],
  [/^(?:routes \d+ )?auth (?:jwt secret|oidc clientSecret|signed secret \d+)$/, "key"],
  [/^(?:routes \d+ )?challenge secret$/, "key"],
  [/^maintenance bypass token$/, "key"],
];

const useAt = (keys: readonly PropertyKey[]): SecretUse | undefined => {
  const place = keys.map(String).join(" ");
  return USES.find(([pattern]) => pattern.test(place))?.[1];
};
