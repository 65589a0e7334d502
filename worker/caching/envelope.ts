// An entry as bytes, for a store that keeps only bytes: one line of JSON, followed by the body if it is stored here.
// Bytes in another format, damaged bytes and truncated bytes are a miss.
import { parsedJson } from "../../shared/parsed-json.ts";
import { joinBytes } from "../bodies/cut.ts";
import { type Apart, ENTRY_FORMAT, type Entry } from "./entry.ts";

export type Enclosed =
  | { readonly kind: "none" }
  /** The body follows the line. */
  | { readonly kind: "here"; readonly bytes: number }
  | ({ readonly kind: "apart" } & Apart);

export interface Envelope {
  readonly entry: Entry;
  readonly enclosed: Enclosed;
  /** What follows the line. */
  readonly body: Uint8Array;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const LINE_END = 0x0a; // JSON contains no unescaped one

export function seal(entry: Entry, enclosed: Enclosed, body: Uint8Array = new Uint8Array()): Uint8Array {
  const line = `${JSON.stringify({ entry, enclosed })}\n`;
  return joinBytes([ENCODER.encode(line), body]);
}

export function unseal(sealed: Uint8Array): Envelope | undefined {
  const end = sealed.indexOf(LINE_END);
  if (end === -1) return undefined;
  const line = DECODER.decode(sealed.subarray(0, end));
  const head = parsedJson(line) as Partial<Envelope> | null | undefined; // its shape is not checked
  if (head?.entry?.format !== ENTRY_FORMAT || !head.enclosed) return undefined;
  const body = sealed.subarray(end + 1);
  const expected = head.enclosed.kind === "here" ? head.enclosed.bytes : 0;
  return body.length === expected ? { entry: head.entry, enclosed: head.enclosed, body } : undefined;
}
