// What stands in the store under `site:<pattern>`: a site as JSON, or, for its further hosts, where to find it.
import { err, ok, type Result } from "../result.ts";
import type { Problem } from "./problem.ts";
import type { Site } from "./schema.ts";
import { validateSite } from "./validate.ts";

/** The key of a host pattern in the store. */
export const siteKey = (pattern: string): string => `site:${pattern}`;

export type StoredSite = Site | { readonly sameAs: string };

export function readStoredSite(text: string): Result<StoredSite, Problem[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err([{ path: "", message: `is not JSON: ${(error as Error).message}` }]);
  }
  if (isSameAs(value)) return ok(value);
  return validateSite(value);
}

/** The entries to write for one site: the site under its first host, and pointers to it under the others. */
export function storedEntries(hosts: readonly string[], text: string): { pattern: string; text: string }[] {
  const [first = "", ...others] = hosts;
  const pointer = JSON.stringify({ sameAs: first });
  return [{ pattern: first, text }, ...others.map((pattern) => ({ pattern, text: pointer }))];
}

const isSameAs = (value: unknown): value is { readonly sameAs: string } =>
  typeof value === "object" && value !== null && "sameAs" in value && typeof value.sameAs === "string";
