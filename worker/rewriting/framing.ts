// Where does a message's body end? What Content-Length and Transfer-Encoding say of it, read strictly: a proxy that
// guesses is how one message is taken for two (RFC 9112 §6, §11.2).

export type Framing =
  /** Neither field. */
  | { readonly kind: "untold" }
  | { readonly kind: "length"; readonly bytes: number }
  /** Of both fields this one counts (RFC 9112 §6.3). */
  | { readonly kind: "chunked" }
  /** It is not told, or told in two ways. */
  | { readonly kind: "contradictory" }
  /** In a coding that the runtime does not undo: what it hands over as the body are coded bytes. */
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
  return codings.length === 1 ? CHUNKED : CONTRADICTORY; // applied twice it is malformed: RFC 9112 §7.1
}

/**
 * The same number several times is that number (RFC 9110 §8.6); anything else is none, and so is one that no double can
 * hold exactly: a stream of that length cannot be made.
 */
export function lengthOf(field: string): number | undefined {
  if (/^\d{1,15}$/.test(field)) return Number(field);
  const [first = "", ...others] = field.split(",").map(withoutBlanks);
  if (!/^\d+$/.test(first) || others.some((other) => other !== first)) return undefined;
  const bytes = Number(first);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** HTTP's own blanks alone (RFC 9110 §5.6.3): `trim` takes a vertical tab for one, which others read as part of the name. */
const withoutBlanks = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, "");

/** One number where there is one, and none beside a transfer coding, which counts instead (RFC 9112 §6.3). */
export function settleLength(headers: Headers, framing: Framing): void {
  if (framing.kind === "untold") return;
  if (framing.kind !== "length") headers.delete("content-length");
  else if (headers.get("content-length") !== String(framing.bytes))
    headers.set("content-length", String(framing.bytes));
}
