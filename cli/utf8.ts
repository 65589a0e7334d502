// Decodes the bytes of a file. Bytes that are not UTF-8 are reported with their position: decoded anyway they would
// become U+FFFD, and a site would compare and send something that nobody wrote.
import { err, ok, type Result } from "../shared/result.ts";

export interface DecodingFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function decodeUtf8(bytes: Uint8Array): Result<string, DecodingFault> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return err({ ...firstBroken(bytes), message: whatIsWrong(bytes) });
  }
}

function whatIsWrong([first, second]: Uint8Array): string {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isUtf16
    ? "the file is UTF-16; save it as UTF-8"
    : "the file has bytes here that are not UTF-8; save it as UTF-8";
}

/** Line and column count from 1. */
function firstBroken(bytes: Uint8Array): { line: number; column: number } {
  let line = 1;
  for (let from = 0; from <= bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const part = bytes.subarray(from, end === -1 ? bytes.length : end);
    const column = brokenAt(part);
    if (column !== undefined) return { line, column };
    if (end === -1) break;
    from = end + 1;
  }
  return { line: 1, column: 1 };
}

/** The decoder writes U+FFFD for invalid bytes. One that is really in the file has its own three bytes. */
function brokenAt(bytes: Uint8Array): number | undefined {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf("\ufffd"); at !== -1; at = text.indexOf("\ufffd", from)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at + 1;
    offset += 3;
    from = at + 1;
  }
  return undefined;
}
