// Decodes the bytes of a file. Bytes that are not UTF-8 are reported with their position: decoded anyway they would
// become U+FFFD, and a site would compare and send something that nobody wrote.
import { err, ok, type Result } from "../shared/result.ts";
import { kindOfData } from "../shared/site/file/characters.ts";

export interface DecodingFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function decodeUtf8(bytes: Uint8Array): Result<string, DecodingFault> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    const { offset, line, column } = firstBroken(bytes);
    return err({ line, column, message: `the file ${whatIsWrong(bytes, offset)}` });
  }
}

/** A long character has so many bytes at most, less the last. */
const CUT_BYTES = 3;

function whatIsWrong(bytes: Uint8Array, offset: number): string {
  const another = kindOfData(Buffer.from(bytes).toString("latin1"));
  if (another !== undefined) return another;
  const last = bytes.subarray(offset);
  if (last.length <= CUT_BYTES && isBeginning(last))
    return "ends within a character; it was cut off, or is not UTF-8";
  const byte = bytes[offset] ?? 0;
  const hex = `0x${byte.toString(16).toUpperCase()}`;
  const encoding = byte < 0xa0 ? "Windows-1252" : "Latin-1";
  const letter = new TextDecoder("windows-1252").decode(bytes.subarray(offset, offset + 1));
  const meant = letter < "\xa0" ? "" : `, which is ${letter} in ${encoding}`;
  return `is not UTF-8: it has the byte ${hex} here${meant}; save it as UTF-8`;
}

/** Of a character: the decoder waits for more. */
function isBeginning(bytes: Uint8Array): boolean {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }) === "";
  } catch {
    return false;
  }
}

/** Line and column count from 1. */
function firstBroken(bytes: Uint8Array): { offset: number; line: number; column: number } {
  let line = 1;
  for (let from = 0; from <= bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const broken = brokenIn(bytes.subarray(from, end === -1 ? bytes.length : end));
    if (broken) return { offset: from + broken.offset, line, column: broken.column };
    if (end === -1) break;
    from = end + 1;
  }
  return { offset: 0, line: 1, column: 1 };
}

/** The decoder writes U+FFFD for invalid bytes. One that is really in the file has its own three bytes. */
function brokenIn(bytes: Uint8Array): { offset: number; column: number } | undefined {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf("\ufffd"); at !== -1; at = text.indexOf("\ufffd", from)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd)
      return { offset, column: at + 1 };
    offset += 3;
    from = at + 1;
  }
  return undefined;
}
