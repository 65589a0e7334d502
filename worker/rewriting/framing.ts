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
  if (coding !== null) return coding === "chunked" ? CHUNKED : framingOfCoding(coding);
  const length = headers.get("content-length");
  if (length === null) return UNTOLD;
  const bytes = lengthOf(length);
  return bytes === undefined ? CONTRADICTORY : { kind: "length", bytes };
}

function framingOfCoding(field: string): Framing {
  const codings = field
    .split(",")
    .map((coding) => withoutBlanks(coding).toLowerCase())
    .filter((coding) => coding !== "");
  if (codings.some((coding) => coding !== "chunked")) return CODED;
  return codings.length === 1 ? CHUNKED : CONTRADICTORY; // applied twice, it is malformed: RFC 9112 §7.1
}

/**
 * The same number repeated counts as that number (RFC 9110 §8.6). Anything else is not a length, nor is a number that
 * no double can represent exactly, since no stream of that length can be made.
 */
export function lengthOf(field: string): number | undefined {
  if (/^\d{1,15}$/.test(field)) return Number(field);
  const [first = "", ...others] = field.split(",").map(withoutBlanks);
  if (!/^\d+$/.test(first) || others.some((other) => other !== first)) return undefined;
  const bytes = Number(first);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Only the white space of HTTP (RFC 9110 §5.6.3). `trim` also removes a vertical tab, which others read as part of the
 * name.
 */
const withoutBlanks = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "");

/**
 * Leaves a single number if there is one, and none beside a transfer coding, which takes precedence (RFC 9112 §6.3).
 */
export function settleLength(headers: Headers, framing: Framing): void {
  if (framing.kind === "untold") return;
  if (framing.kind !== "length") headers.delete("content-length");
  else if (headers.get("content-length") !== String(framing.bytes))
    headers.set("content-length", String(framing.bytes));
}
