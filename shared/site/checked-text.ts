// A site that was checked before it was stored: beside the file's own values stands the site as it was read, with its
// defaults filled in, so that the edge need not check and read it again. Four lines:
//
//   headgate <fingerprint of the lines below>
//   <fingerprint of the rules that it was checked by> <version of the file>
//   <the site as it was read, as JSON>
//   <the file as JSON>
//
// The first line proves that nobody has changed the others since; where the edge has other rules, it checks the file
// by its own. So what is stored is never half understood.
import { CHECKING_RULES } from "./checking-rules.ts";
import type { Site } from "./schema.ts";

export interface CheckedText {
  /** The text is as it was checked where this is the fingerprint of `body`. */
  readonly fingerprint: string;
  readonly body: string;
  readonly checkedBy: string;
  readonly version: string;
  readonly siteJson: string;
  readonly fileJson: string;
}

const MARK = "headgate ";

/** JSON that is written without indentation has no line break. Tests are for the command line alone. */
export function checkedBody(site: Site, fileJson: string, version: string): string {
  return [`${CHECKING_RULES} ${version}`, JSON.stringify({ ...site, tests: [] }), fileJson].join("\n");
}

export const checkedText = (body: string, fingerprint: string): string => `${MARK}${fingerprint}\n${body}`;

/** Undefined where the text is another one: JSON never begins like this. */
export function asCheckedText(text: string): CheckedText | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const bodyAt = text.indexOf("\n") + 1;
  const body = text.slice(bodyAt);
  const [rulesAndVersion = "", siteJson = "", fileJson = ""] = body.split("\n", 3);
  const [checkedBy = "", version = ""] = rulesAndVersion.split(" ");
  return { fingerprint: text.slice(MARK.length, bodyAt - 1), body, checkedBy, version, siteJson, fileJson };
}
