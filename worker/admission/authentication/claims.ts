// What is known of a client that has proven who it is, and what is required of it. Pure.
import { compileGlob, type Glob } from "../../../shared/glob.ts";
import type { ClaimsConfig } from "../../../shared/site/auth/claims-schema.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** `realm_access.roles`: first as one name, as namespaced claims are URLs with dots, then as a path. */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Claims)[part];
  }
  return value;
}

export interface ClaimCondition {
  readonly name: string;
  /** In words. */
  readonly wants: string;
  holds(claims: Claims): boolean;
}

export function compileClaims(config: ClaimsConfig | undefined): readonly ClaimCondition[] {
  return Object.entries(config ?? {}).map(([name, pattern]): ClaimCondition => {
    if (typeof pattern === "boolean") {
      const wants = pattern ? "present" : "absent";
      return { name, wants, holds: (claims) => isPresent(claims, name) === pattern };
    }
    const patterns = typeof pattern === "string" ? [pattern] : pattern;
    const globs: readonly Glob[] = patterns.map(compileGlob);
    return {
      name,
      wants: patterns.join(" or "),
      holds: (claims) => textsOf(claims, name).some((text) => globs.some((matches) => matches(text))),
    };
  });
}

/** An object is no text that a pattern could match, but the claim is there: `banned: false` must not overlook it. */
function isPresent(claims: Claims, name: string): boolean {
  const value = claimOf(claims, name);
  const isObject = (one: unknown) => typeof one === "object" && one !== null;
  return (Array.isArray(value) ? value.some(isObject) : isObject(value)) || textsOf(claims, name).length > 0;
}

/** RFC 8693 §4.2: scopes are one text with spaces between them. Some issuers call the claim `scp`. */
const IN_ONE_TEXT = new Set(["scope", "scp"]);

export function textsOf(claims: Claims, name: string): readonly string[] {
  const value = claimOf(claims, name);
  const values = Array.isArray(value) ? value : [value];
  const texts = values.flatMap((one) =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean" ? [String(one)] : [],
  );
  return IN_ONE_TEXT.has(name) ? texts.flatMap((text) => text.split(" ")).filter((one) => one !== "") : texts;
}
