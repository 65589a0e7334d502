// What the store holds under `site:<pattern>`: the record of a site, which names its live version; a site itself, which the
// command line has checked, or a site file as JSON put there by hand; or, for the further hosts of a site, a pointer to it.
// Under the key of a version stands a site too. No schema is needed to tell them apart.
import { err, ok, type Result } from "../result.ts";
import { CHECKING_RULES } from "./checking-rules.ts";
import type { Problem } from "./problem.ts";
import type { Site } from "./schema.ts";
import { isRecord, readRecord, type SiteRecord } from "./site-record.ts";

/** The key of a host pattern in the store. */
export const siteKey = (pattern: string): string => `site:${pattern}`;

const MAX_KEY_BYTES = 512;

/** Workers KV fails for a longer one, where nothing can be stored. */
export const isPossibleKey = (key: string): boolean =>
  new TextEncoder().encode(key).byteLength <= MAX_KEY_BYTES;

export interface Pointer {
  /** The pattern under which the site is stored. */
  readonly sameAs: string;
}

export type Stored =
  | ({ readonly kind: "pointer" } & Pointer)
  | { readonly kind: "record"; readonly record: SiteRecord }
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
  if (isRecord(value)) {
    const record = readRecord(value);
    return record.ok ? ok({ kind: "record", record: record.value }) : record;
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

/**
 * The stored form of a site that was checked beforehand. Besides the values of the file it contains the parsed site with its
 * defaults filled in, so that the edge need not check and parse it again. Four lines:
 *
 *     headgate <fingerprint of the lines below>
 *     <fingerprint of the rules that it was checked by> <version of the file>
 *     <the parsed site as JSON>
 *     <the file as JSON>
 *
 * The first line proves that the others have not been changed. If the edge has other rules, it checks the file by its own, so
 * a stored site is never misread.
 */
export interface CheckedText {
  /** The text is unchanged if this is the fingerprint of `body`. */
  readonly fingerprint: string;
  readonly body: string;
  readonly checkedBy: string;
  readonly version: string;
  readonly siteJson: string;
  readonly fileJson: string;
}

const MARK = "headgate ";

/** JSON written without indentation has no line breaks. The tests are left out: only the command line needs them. */
export function checkedBody(site: Site, fileJson: string, version: string): string {
  return [`${CHECKING_RULES} ${version}`, JSON.stringify({ ...site, tests: [] }), fileJson].join("\n");
}

export const checkedText = (body: string, fingerprint: string): string => `${MARK}${fingerprint}\n${body}`;

/** Undefined if the text is of another kind: JSON never begins like this. */
export function asCheckedText(text: string): CheckedText | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const [fingerprint, body] = cutAt("\n", text.slice(MARK.length));
  const [rulesAndVersion, values] = cutAt("\n", body);
  const [checkedBy, version] = cutAt(" ", rulesAndVersion);
  const [siteJson, fileJson] = cutAt("\n", values);
  return { fingerprint, body, checkedBy, version, siteJson, fileJson };
}

/** What stands before the first separator and after it; all of the text and nothing if there is none. */
function cutAt(separator: string, text: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
