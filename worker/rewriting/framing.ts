// Where does the body of a message end? Reads Content-Length and Transfer-Encoding strictly: a proxy that guesses lets
// one message be taken for two (RFC 9112 §6, §11.2).

export type Framing =
  /** Neither field. */
  | { readonly kind: "untold" }
  | { readonly kind: "length"; readonly bytes: number }
  /** If both fields are present, this one counts (RFC 9112 §6.3). */
  | { readonly kind: "chunked" }
  /** No usable length: the value is malformed, or contradicts itself. */
  | { readonly kind: "contradictory" }
  /** In a coding that the runtime does not decode: the body that it passes on is still encoded. */
  | { readonly kind: "coded" };

const UNTOLD: Framing = { kind: "untold" };
const CHUNKED: Framing = { kind: "chunked" };
const CONTRADICTORY: Framing = { kind: "contradictory" };
const CODED: Framing = { kind: "coded" };

export function framingOf(headers: Headers): Framing {
  const coding = headers.get("transfer-encoding");
  if (coding !== null) return framingOfCoding(coding);
  const length = headers.get("content-length");
  if (length === null) return UNTOLD;
  const bytes = lengthOf(length);
  return bytes === undefined ? CONTRADICTORY : { kind: "length", bytes };
}

// Only the white space of HTTP (RFC 9110 §5.6.3): `\s` includes the vertical tab, which others read as part of a name.
// Every expression is anchored at the start, so it takes linear time: a field can hold 60 KB of blanks.

function framingOfCoding(field: string): Framing {
  const codings = field.split(",").filter((coding) => !/^[ \t]*$/.test(coding));
  if (!codings.every((coding) => /^[ \t]*chunked[ \t]*$/i.test(coding))) return CODED;
  return codings.length === 1 ? CHUNKED : CONTRADICTORY; // applied twice, it is malformed: RFC 9112 §7.1
}

/**
 * The same number repeated counts as that number (RFC 9110 §8.6). Anything else is not a length, nor is a number that
 * no double can represent exactly, since no stream of that length can be made.
 */
export function lengthOf(field: string): number | undefined {
  const [, length] = /^[ \t]*(\d+)(?:[ \t]*,[ \t]*\1)*[ \t]*$/.exec(field) ?? [];
  const bytes = Number(length);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Leaves a single number if there is one, and none beside a transfer coding, which takes precedence (RFC 9112 §6.3).
 */
export function settleLength(headers: Headers, framing: Framing): void {
  if (framing.kind === "length") headers.set("content-length", String(framing.bytes));
  else headers.delete("content-length");
}
