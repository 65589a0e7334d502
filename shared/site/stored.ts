// What the store holds under `site:<pattern>`: a site that the command line has checked, a site file as JSON put there
// by hand, or, for the further hosts of a site, a pointer to it. No schema is needed to tell them apart.
import { err, ok, type Result } from "../result.ts";
import { asCheckedText, type CheckedText } from "./checked-text.ts";
import type { Problem } from "./problem.ts";

/** The key of a host pattern in the store. */
export const siteKey = (pattern: string): string => `site:${pattern}`;

export interface Pointer {
  /** The pattern under which the site is stored. */
  readonly sameAs: string;
}

export type Stored =
  | ({ readonly kind: "pointer" } & Pointer)
  | ({ readonly kind: "checked" } & CheckedText)
  | { readonly kind: "unchecked"; readonly file: unknown };

export function readStored(text: string): Result<Stored, Problem[]> {
  const checked = asCheckedText(text);
  if (checked) return ok({ kind: "checked", ...checked });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err([{ path: "", message: `is not JSON: ${(error as Error).message}` }]);
  }
  return ok(
    isPointer(value) ? { kind: "pointer", sameAs: value.sameAs } : { kind: "unchecked", file: value },
  );
}

/** The entries to write for one site: the site under its first host, and pointers to it under the others. */
export function storedEntries(hosts: readonly string[], text: string): { pattern: string; text: string }[] {
  const [first = "", ...others] = hosts;
  const pointer = JSON.stringify({ sameAs: first });
  return [{ pattern: first, text }, ...others.map((pattern) => ({ pattern, text: pointer }))];
}

const isPointer = (value: unknown): value is Pointer =>
  typeof (value as Partial<Pointer> | null)?.sameAs === "string";
