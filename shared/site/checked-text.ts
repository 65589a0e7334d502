// The stored form of a site that was checked beforehand. Besides the values of the file it contains the parsed site
// with its defaults filled in, so that the edge need not check and parse it again. Four lines:
//
//   headgate <fingerprint of the lines below>
//   <fingerprint of the rules that it was checked by> <version of the file>
//   <the parsed site as JSON>
//   <the file as JSON>
//
// The first line proves that the others have not been changed. If the edge has other rules, it checks the file by its
// own, so a stored site is never misread.
import { CHECKING_RULES } from "./checking-rules.ts";
import type { Site } from "./schema.ts";

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
