// A name and a password, as they stand after `Basic` (RFC 7617). Pure.
import { fromBase64 } from "../../../shared/base64.ts";

export interface NameAndPassword {
  readonly name: string;
  readonly password: string;
}

/** The rounds of some hashes take as long as the password is. */
const MAX_LENGTH = 512;

/** Undefined if it is something else. A password with a control character is none (RFC 7617 §2). */
export function readBasic(text: string): NameAndPassword | undefined {
  const decoded = utf8In(text);
  const colon = decoded?.indexOf(":") ?? -1;
  if (decoded === undefined || colon === -1 || decoded.length > MAX_LENGTH) return undefined;
  if (/[\0-\x1f\x7f]/.test(decoded)) return undefined;
  return { name: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function utf8In(base64: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fromBase64(base64));
  } catch {
    return undefined;
  }
}
